"""Onsets and the end of an answer, from frames on a virtual clock."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.caller.turn_taking import SILENCE, SILENCE_LOST, SILENCE_STATELESS, TurnTaking


def after(*spans: tuple[float, float], until: float = 10.0, state: str = "") -> TurnTaking:
    """The state after 10 ms frames up to `until`, loud in each span."""
    turn_taking = TurnTaking()
    turn_taking.state = state
    for frame in range(round(until * 100)):
        now = frame / 100
        turn_taking.observe(now, loud=any(start <= now < end for start, end in spans))
    return turn_taking


@pytest.mark.parametrize(
    ("spans", "since", "onset"),
    [
        ([], 0, None),
        ([(1, 2)], 0, 1),
        ([(1, 2)], 1, 1),
        ([(1, 2)], 1.5, None),
        ([(1, 2), (3, 4)], 1.5, 3),
        # One loud frame is a click, and a short pause does not make a new onset.
        ([(1, 1.01)], 0, None),
        ([(1, 2), (2.1, 3)], 1.5, None),
    ],
)
def test_an_onset_has_the_time_of_its_first_frame(
    spans: list[tuple[Any, ...]], since: float, onset: int | None
) -> None:
    """An onset is sound after silence, and is dated to its first frame."""
    assert after(*spans).onset_since(since) == onset


@pytest.mark.parametrize(
    ("state", "needed"),
    [
        ("listening", SILENCE),
        ("idle", SILENCE),
        ("", SILENCE_STATELESS),
        ("speaking", SILENCE_LOST),
        ("thinking", SILENCE_LOST),
    ],
)
def test_the_silence_that_ends_a_turn_depends_on_the_agents_state(state: str, needed: Any) -> None:
    """The agent has finished after a silence whose length depends on what it says of itself."""
    turn_taking = after((1, 2), until=2, state=state)
    last = 1.99
    assert not turn_taking.has_finished(last + needed - 0.01, since=0)
    assert turn_taking.has_finished(last + needed + 0.01, since=0)


def test_silence_counts_from_the_given_instant() -> None:
    """An agent that was silent all along is not free before the silence since then is long."""
    turn_taking = after((1, 2), until=5, state="listening")
    assert turn_taking.has_finished(5, since=2)
    assert not turn_taking.has_finished(5, since=5 - SILENCE / 2)
