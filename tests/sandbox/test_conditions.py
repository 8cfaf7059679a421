"""Latency and faults: the draws, their frequency, and their repetition."""

from __future__ import annotations

import statistics
from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.conditions import INSTANT, Conditions, Fault, Latency

EXACT = Latency(round_trip=0.04, first_byte=0.2, per_character=0.01, jitter=0, tail_probability=0)


def test_without_jitter_and_tail_delays_are_exact() -> None:
    """Times the factor of a slow reply."""
    conditions = Conditions(EXACT)
    assert conditions.delay(0.5) == 0.5
    assert conditions.delay(0.5, factor=6) == 3.0
    assert conditions.half_trip() == 0.02
    assert conditions.first_byte(10) == pytest.approx(0.3)
    assert conditions.first_byte(10, factor=2) == pytest.approx(0.6)


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_delay_stays_no_delay(seconds: int) -> None:
    """Nothing is drawn for a delay of zero or less."""
    assert Conditions(Latency(tail_probability=1)).delay(seconds) == 0


def test_the_instant_latency_has_no_delay() -> None:
    """The latency for tests has no delay at all."""
    conditions = Conditions(INSTANT)
    assert (conditions.half_trip(), conditions.first_byte(1000)) == (0, 0)


def test_jitter_spreads_and_does_not_lengthen() -> None:
    """The mean of many delays with jitter is the delay itself."""
    conditions = Conditions(Latency(jitter=0.5, tail_probability=0))
    delays = [conditions.delay(1.0) for _ in range(20000)]
    assert statistics.mean(delays) == pytest.approx(1.0, abs=0.02)
    assert statistics.stdev(delays) > 0.4


def test_a_share_of_the_delays_is_in_the_tail() -> None:
    """The given share of the delays is as many times longer."""
    conditions = Conditions(Latency(jitter=0, tail_probability=0.2, tail_factor=5))
    delays = [conditions.delay(1.0) for _ in range(5000)]
    assert set(delays) == {1.0, 5.0}
    assert delays.count(5.0) / 5000 == pytest.approx(0.2, abs=0.03)


def test_the_same_seed_repeats_a_run() -> None:
    """The same seed gives the same delays and faults."""
    runs = []
    for _ in range(2):
        conditions = Conditions(faults=(Fault(kind="drop", probability=0.5),), seed=7)
        runs.append([(conditions.delay(1.0), conditions.draw_fault()) for _ in range(20)])
    assert runs[0] == runs[1]
    conditions.seed(7)
    assert [(conditions.delay(1.0), conditions.draw_fault()) for _ in range(20)] == runs[0]


def test_a_drawn_number_is_within_its_range() -> None:
    """A number within a range keeps to it."""
    drawn = [Conditions(seed=seed).between(0.1, 0.2) for seed in range(100)]
    assert 0.1 <= min(drawn) < 0.12
    assert 0.18 < max(drawn) <= 0.2


def test_a_fault_strikes_by_its_probability() -> None:
    """A fault strikes about as often as its probability says."""
    conditions = Conditions(faults=(Fault(kind="slow", probability=0.1),))
    struck = sum(conditions.draw_fault() is not None for _ in range(5000))
    assert struck / 5000 == pytest.approx(0.1, abs=0.02)


def test_a_fault_strikes_no_more_than_its_times() -> None:
    """A fault with `times` strikes no more than that, until it is set again."""
    fault = Fault(kind="drop", times=2)
    conditions = Conditions(faults=(fault,))
    assert [conditions.draw_fault() for _ in range(4)] == [fault, fault, None, None]
    conditions.set_faults((fault,))
    assert conditions.draw_fault() == fault


def test_only_faults_of_the_requested_kinds_strike() -> None:
    """The others keep their `times`."""
    drop, refuse = Fault(kind="drop", times=1), Fault(kind="refuse", times=1)
    conditions = Conditions(faults=(drop, refuse))
    assert conditions.draw_fault("refuse") == refuse
    assert conditions.draw_fault("refuse", "slow") is None
    assert conditions.draw_fault("drop") == drop


def test_the_first_fault_that_strikes_is_drawn() -> None:
    """Of several faults the first that strikes is drawn, so a later one may be hidden by it."""
    conditions = Conditions(faults=(Fault(kind="drop", times=1), Fault(kind="stall")))
    assert [conditions.draw_fault().kind for _ in range(2)] == ["drop", "stall"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "explode"},
        {"kind": "drop", "probability": 1.1},
        {"kind": "drop", "at": -0.1},
        {"kind": "slow", "factor": 0.5},
        {"kind": "drop", "times": 0},
        {"kind": "drop", "when": 3},
    ],
)
def test_an_invalid_fault_is_refused(wrong: dict[str, Any]) -> None:
    """Its kind, and the range of each field."""
    with pytest.raises(ValidationError):
        Fault.model_validate(wrong)


@pytest.mark.parametrize("wrong", [{"round_trip": -1}, {"tail_factor": 0.5}, {"speed": 1}])
def test_an_invalid_latency_is_refused(wrong: dict[str, Any]) -> None:
    """Unknown fields, and values out of range."""
    with pytest.raises(ValidationError):
        Latency.model_validate(wrong)
