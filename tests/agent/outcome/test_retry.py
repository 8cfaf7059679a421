"""When an event that was not taken is posted again."""

from __future__ import annotations

import itertools

import pytest

from agent.outcome.retry import FIRST_WAIT, GIVE_UP, MAX_WAIT, next_attempt


def test_waits_double_to_an_hour_and_end_after_two_weeks() -> None:
    """About as long as the event is old."""
    now, attempts = 0.0, [0.0]
    while (again := next_attempt(now, created=0.0, jitter=0.5)) is not None:
        now = again
        attempts.append(now)
    waits = [later - earlier for earlier, later in itertools.pairwise(attempts)]
    assert waits[:4] == [FIRST_WAIT, FIRST_WAIT, 4.0, 8.0]
    assert max(waits) == MAX_WAIT
    assert GIVE_UP <= now < GIVE_UP + MAX_WAIT
    assert len(attempts) < 400


@pytest.mark.parametrize(("jitter", "wait"), [(0.0, 75.0), (1.0, 125.0)])
def test_jitter_moves_a_wait_by_a_quarter(jitter: float, wait: float) -> None:
    """Events that failed together return apart."""
    assert next_attempt(1100.0, created=1000.0, jitter=jitter) == pytest.approx(1100.0 + wait)


def test_a_clock_that_was_set_back_gives_no_negative_wait() -> None:
    """The event seems to be made in the future."""
    assert next_attempt(0.0, created=50.0, jitter=0.5) == FIRST_WAIT
