"""Many processes, one store, and sudden death."""

from __future__ import annotations

from .hammer import BUDGET, hammer


def test_processes_that_are_killed_spoil_nothing() -> None:
    """Nothing wrong is played, nothing that was accepted is lost, and the budget holds."""
    seen = hammer(seconds=2.0, processes=4)
    assert not seen.is_breached, seen
    assert min(seen.kills, seen.hits, seen.writes, seen.damaged) > 0
    assert seen.most_held > BUDGET / 2
