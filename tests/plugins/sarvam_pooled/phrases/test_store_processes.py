"""Many processes, one store, and sudden death."""

from __future__ import annotations

from .hammer import hammer


def test_processes_that_are_killed_spoil_nothing() -> None:
    """Nothing wrong is played, nothing that was accepted is lost, and the budget holds."""
    seen = hammer(seconds=2.0, processes=4)
    assert not seen.is_breached, seen
