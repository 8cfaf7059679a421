"""Who is called, and whether what is heard keeps to the limits."""

from __future__ import annotations

import math

import pytest

from bench.rooms.command import sheet
from bench.rooms.measure import OURS, STARTER, Turns, sides


def test_both_sides_are_called_and_each_variant_of_ours() -> None:
    """With its settings."""
    made = sides(["TURN_WORDS=false", "TURN_WAITS=false,PREEMPTIVE_TTS=false"])
    assert [side.name for side in made[:2]] == [STARTER, OURS]
    assert made[2].settings == {"TURN_WORDS": "false"}
    assert made[3].settings == {"TURN_WAITS": "false", "PREEMPTIVE_TTS": "false"}
    assert made[0].argv != made[1].argv == made[2].argv


@pytest.mark.parametrize("variant", ["", "TURN_WORDS", "turn_words=false", "TURN_WORDS="])
def test_what_is_no_setting_is_refused(variant: str) -> None:
    """Before anything is started."""
    with pytest.raises(ValueError, match="NAME=VALUE"):
        sides([variant])


@pytest.mark.parametrize(
    ("delays", "spoken_over", "kept"),
    [
        ([1.1] * 19 + [1.6], 0, True),
        ([1.1] * 18 + [1.6] * 2, 0, False),
        ([1.2] * 20, 0, False),
        ([1.0] * 20, 1, False),
        ([1.0] * 4 + [math.inf], 0, False),
    ],
)
def test_limits_are_on_the_middle_and_the_tail(
    delays: list[float], spoken_over: int, *, kept: bool
) -> None:
    """And a caller who is spoken over is no gain."""
    assert Turns(delays, spoken_over).holds is kept


def test_the_table_compares_with_the_starter() -> None:
    """And says what ours does not keep, and what was never heard."""
    heard = {STARTER: Turns([2.0, 2.0, 3.0]), OURS: Turns([1.0, 1.0, math.inf])}
    starter, ours = sheet(heard).rows
    assert starter == (STARTER, "3", "0", "2000", "3000", "3000", "1.00", "+1000", "")
    assert ours == (OURS, "3", "0", "1000", "never", "never", "0.50", "", "p95 over 1500")


def test_sides_are_compared_turn_by_turn() -> None:
    """Turns differ more from each other than sides do; a turn without an answer is left out."""
    ours = Turns([1.0, 2.0, 3.0, math.inf])
    variant = Turns([1.2, 2.1, 3.1, 9.0])
    assert variant.later_than(ours) == pytest.approx(0.1)
    assert ours.later_than(variant) == pytest.approx(-0.1)
