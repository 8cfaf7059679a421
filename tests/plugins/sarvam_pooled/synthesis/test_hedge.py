"""When a second Attempt starts, from times alone."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.synthesis.hedge import (
    BASE,
    MIN_MEASUREMENTS,
    PRIOR_SPEED,
    FirstAudioModel,
    HedgeBudget,
    hedge_delay,
)


def taught(*milliseconds: float, characters: int = 20) -> FirstAudioModel:
    """A model that saw first audio after these times."""
    model = FirstAudioModel(quantile=0.95)
    for value in milliseconds:
        model.observe(characters=characters, seconds=value / 1000)
    return model


def test_without_measurements_a_prior_decides() -> None:
    """The first Segments of a call are covered too."""
    assert taught(*[300] * (MIN_MEASUREMENTS - 1)).late_after(20) == PRIOR_SPEED * (BASE + 20)


def test_late_is_beyond_the_quantile_of_ordinary_attempts() -> None:
    """The limit follows what was measured."""
    assert taught(*range(300, 620, 5)).late_after(20) == pytest.approx(0.605, abs=0.006)


@pytest.mark.parametrize(("count", "rank"), [(10, 10), (20, 20), (40, 39), (64, 62)])
def test_the_attempt_to_come_is_ranked_too(count: int, rank: int) -> None:
    """At most 5 % of ordinary Attempts are late: the next is above the 61st of 64 in 4 of 65."""
    slowest_first = [300.0 + 2 * number for number in range(1, count + 1)][::-1]
    assert taught(*slowest_first).late_after(20) == pytest.approx(
        max(0.3 + rank * 0.002, 0.33 + (count // 2 + 1) * 0.0022)
    )


def test_longer_segments_may_take_longer() -> None:
    """Lengths are compared through one shape."""
    model = taught(*[240] * 20, characters=20)
    assert model.late_after(BASE + 40) == pytest.approx(2 * model.late_after(20))


def test_steady_times_leave_a_margin() -> None:
    """Ordinary jitter fires no hedge, even where all times were the same."""
    assert taught(*[300] * 20).late_after(20) == pytest.approx(0.33)


def test_slow_attempts_do_not_teach_patience() -> None:
    """One in five six times slow: late stays near the ordinary time."""
    model = taught(*([300, 310, 290, 305, 1800] * 12))
    assert model.late_after(20) < 0.4


@pytest.mark.parametrize(
    ("elapsed", "late_after", "expected", "slack", "delay"),
    [
        pytest.param(0.0, 0.4, 0.3, 0.0, 0.4, id="not late yet"),
        pytest.param(0.4, 0.4, 0.3, 0.0, 0.0, id="late"),
        pytest.param(0.4, 0.4, 0.3, 2.0, 1.7, id="late, but audio before it still plays"),
        pytest.param(0.4, 0.4, 0.3, 0.2, 0.0, id="the second would come too late already"),
    ],
)
def test_delay(
    elapsed: float, late_after: float, expected: float, slack: float, delay: float
) -> None:
    """A hedge starts when it is late and when it matters."""
    assert hedge_delay(
        elapsed=elapsed, late_after=late_after, expected=expected, slack=slack
    ) == pytest.approx(delay)


def test_the_budget_allows_a_share_of_requests() -> None:
    """5 % of 1,000 requests, and the few tokens saved at the start."""
    budget = HedgeBudget(share=0.05, initial=2)
    hedges = 0
    for _ in range(1000):
        budget.request()
        hedges += budget.take()
    assert hedges == 52


def test_the_last_token_can_be_kept_for_another() -> None:
    """A later Segment leaves a token for the next reply's first sound."""
    budget = HedgeBudget(share=0.05, initial=1)
    assert not budget.take(reserve=1)
    assert budget.take()


def test_a_share_of_nothing_allows_nothing() -> None:
    """The budget is a switch as well."""
    budget = HedgeBudget(share=0.0)
    budget.request()
    assert not budget.take()


def test_savings_are_bounded() -> None:
    """A quiet day does not save up for a storm."""
    budget = HedgeBudget(share=1.0, capacity=3)
    for _ in range(100):
        budget.request()
    assert sum(budget.take() for _ in range(100)) == 3
