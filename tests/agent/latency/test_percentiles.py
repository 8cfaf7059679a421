"""Percentiles by nearest rank: each is a time that was taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.latency.marks import STAGES, Kind
from agent.latency.percentiles import QUANTILES, Percentiles, nearest_rank, percentiles_by_stage
from agent.latency.turn_report import TOTAL, TurnReport

MakeReport = Callable[..., TurnReport]


@pytest.mark.parametrize(
    ("count", "share", "rank"),
    [
        (1, 0.5, 1),
        (2, 0.5, 1),
        (3, 0.5, 2),
        (10, 0.9, 9),
        (11, 0.9, 10),
        (100, 0.99, 99),
        (4, 0, 1),
    ],
)
def test_the_rank_is_the_smallest_that_covers_it(count: int, share: float, rank: int) -> None:
    """Of the values 1 to `count`, each is its own rank."""
    assert nearest_rank(range(1, count + 1), share) == rank


@settings(max_examples=60)
@given(values=st.lists(st.integers(0, 10**7), min_size=1))
def test_percentiles_are_times_that_were_taken(values: list[int]) -> None:
    """Each is one of the values, at least its share of which do not exceed it."""
    spread = Percentiles.of(values)
    assert spread.p50 <= spread.p90 <= spread.p95 <= spread.p99 <= spread.max == max(values)
    for name, share in QUANTILES.items():
        value = getattr(spread, name)
        assert value in values
        assert sum(v <= value for v in values) >= share * len(values)
        assert sum(v < value for v in values) < share * len(values)


def test_there_is_none_of_nothing() -> None:
    """An average of no turns would be a number that nobody measured."""
    with pytest.raises(ValueError, match="at least one value"):
        Percentiles.of([])
    assert percentiles_by_stage([], Kind.TURN) == {}


def test_a_stage_that_was_not_on_the_path_counts_as_zero(make_report: MakeReport) -> None:
    """Its turns are counted, so that percentiles of stages compare; other kinds are not."""
    reports = [make_report(), make_report(cached=True)]
    found = percentiles_by_stage(reports, Kind.TURN)
    assert list(found) == [stage for stage in STAGES[Kind.TURN] if stage in found] + [TOTAL]
    assert (found["llm"].count, found["llm"].on_path) == (2, 2)
    assert (found["tts"].count, found["tts"].on_path, found["tts"].p50) == (2, 1, 0)
    assert found["tts"].max == reports[0].timeline.by_stage["tts"]
    assert found[TOTAL].max == reports[0].total_us
    assert percentiles_by_stage(reports, Kind.GREETING) == {}
