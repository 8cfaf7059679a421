"""Reports of calls against limits, and against those measured before."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from agent.latency.budgets import load_budget
from agent.latency.marks import STAGES, Kind
from agent.latency.turn_report import TurnReport
from bench.budget.judging import (
    BUSY,
    durations,
    find,
    relative,
    stage_percentiles,
    suggest,
    verdict,
)

Make = Callable[..., TurnReport]
TURN = STAGES[Kind.TURN]
OFTEN = 8  # turns of a call


def slow(make: Make, stage: str) -> TurnReport:
    """A turn with 200 ms more in a stage."""
    return make(stt=0.33 + 0.2) if stage == "stt" else make(**{stage: 0.2})


@pytest.mark.parametrize("stage", TURN)
def test_a_slow_stage_is_the_only_one_that_is_found(stage: str, in_line: Make) -> None:
    """Whichever it is, beside the same calls without it."""
    before = stage_percentiles([in_line()] * OFTEN)
    found = find([slow(in_line, stage)] * OFTEN, before, Kind.TURN, injected=0.2)
    assert found.proves(stage)
    assert found.total.startswith("+0.1") or found.total == "+0.20 s"


@pytest.mark.parametrize("stage", TURN)
def test_the_limits_for_stages_in_line_find_a_slow_one_too(stage: str, in_line: Make) -> None:
    """Those of the file: kept by ordinary turns, and broken in that stage."""
    budget = load_budget("in-line")
    assert budget.judge([in_line()] * OFTEN).kept
    judged = budget.judge([slow(in_line, stage)] * OFTEN)
    assert judged.dominant == stage
    assert verdict(judged, busy=0.0) == 1


def test_nothing_is_found_where_nothing_is_slow(in_line: Make) -> None:
    """Not even if another stage is the critical one now: the two were side by side before."""
    before = stage_percentiles([in_line(stt=0.30)] * OFTEN)
    found = find([in_line(stt=0.40)] * OFTEN, before, Kind.TURN, injected=0.2)
    assert (found.named, found.over) == ("", ())
    assert not found.proves("stt")


def test_a_stage_beside_the_path_is_measured_too(in_line: Make) -> None:
    """The transcript came before the detector's answer: it took its time all the same."""
    line = in_line(stt=0.30).timeline
    assert "stt" not in line.by_stage
    assert durations(line)["stt"] == 300_000
    assert durations(line)["total"] == line.total_us


def test_calls_without_a_turn_find_nothing(in_line: Make) -> None:
    """An agent that does not answer is no fast one."""
    before = stage_percentiles([in_line()] * OFTEN)
    assert find([], before, Kind.TURN, injected=0.2).named == ""
    judged = relative(before, Kind.TURN, allowed=0.1).judge([])
    assert verdict(judged, busy=0.0) == 2


def test_a_busy_machine_is_not_blamed_on_a_stage(in_line: Make) -> None:
    """What is over there is no verdict; what is kept is kept."""
    budget = load_budget("in-line")
    kept, broken = budget.judge([in_line()] * OFTEN), budget.judge([in_line(llm=0.5)] * OFTEN)
    assert verdict(broken, busy=BUSY * 2) == 2
    assert verdict(broken, busy=BUSY / 2) == 1
    assert verdict(kept, busy=BUSY * 2) == 0


def test_suggested_limits_are_what_a_file_takes(in_line: Make) -> None:
    """A little above what is usual, rounded up, rising."""
    lines = suggest(stage_percentiles([in_line()] * 30))
    read = tomllib.loads("\n".join(lines))["budgets"]["NAME"]["turn"]
    assert set(read) == {"total", *TURN}
    assert read["llm"] == [380, 380, 560]
    assert all(low <= middle <= high for low, middle, high in read.values())
