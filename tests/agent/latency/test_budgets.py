"""Budgets as code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from agent.latency.budgets import DATA, Budget, BudgetError, SlowCallDetector, load_budget
from agent.latency.marks import STAGES, Kind
from agent.latency.turn_report import Breach, BudgetCheck, TurnReport

MakeReport = Callable[..., TurnReport]
Seconds = dict[str, float]
TIERS = ("500", "800", "1200")


def test_an_ordinary_turn_keeps_the_default_budget(make_report: MakeReport) -> None:
    """Nothing is over, nobody is dominant."""
    assert load_budget().check(make_report().timeline) == BudgetCheck(name="1200")


@pytest.mark.parametrize("stage", [each for each in STAGES[Kind.TURN] if each != "stt"])
def test_two_hundred_milliseconds_in_a_stage_break_the_budget_there(
    stage: str, usual: Seconds, make_report: MakeReport
) -> None:
    """Thirty turns with 200 ms more in one stage fail, and that stage is named. The transcript's
    hide behind the detector's answer (see the limits for stages in line)."""
    as_measured = {**usual, "endpoint": 0.33, "end_of_turn": 0.33}
    slow = as_measured | {stage: as_measured[stage] + 0.2}
    judged = load_budget().judge([make_report(number=n, **slow) for n in range(30)])
    assert not judged.kept
    assert judged.dominant == stage
    assert f"look at {stage}" in judged.text()
    assert f"turn {stage} p50: " in judged.text()


@pytest.mark.parametrize("stage", STAGES[Kind.TURN])
def test_a_slow_turn_has_a_dominant_stage(
    stage: str, usual: Seconds, make_report: MakeReport
) -> None:
    """800 ms more in any stage pass a limit, and the warning can name it."""
    check = load_budget().check(make_report(**{stage: usual[stage] + 0.8}).timeline)
    assert check.dominant == stage
    assert {"total", stage} <= {breach.stage for breach in check.breaches}


def test_a_late_total_without_a_late_stage_has_a_dominant_one_too(
    make_report: MakeReport, usual: Seconds
) -> None:
    """A little more in each: the one that is most over what is usual."""
    more = {"endpoint": 0.10, "llm": 0.3, "tts": 0.2}
    report = make_report(**{stage: usual[stage] + s for stage, s in more.items()})
    check = load_budget().check(report.timeline)
    assert [b.stage for b in check.breaches] == ["total"]
    assert check.breaches[0] == Breach(stage="total", us=1_586_000, limit_us=1_500_000)
    assert check.dominant == "llm"


def test_percentiles_are_judged_when_there_are_turns_enough(make_report: MakeReport) -> None:
    """One slow turn of 19 is no p95, of 30 it is within it, and two are over."""
    turns = [make_report(number=n) for n in range(30)]
    slow = make_report(llm=2.0)
    budget = load_budget()
    assert budget.judge([*turns[:18], slow]).kept
    assert budget.judge([*turns, slow]).kept
    judged = budget.judge([*turns, slow, slow])
    assert {(row.stage, row.quantile) for row in judged.over} == {("llm", "p95"), ("total", "p95")}
    assert judged.dominant == "llm"
    assert {row.quantile for row in budget.judge(turns * 4).rows} == {"p50", "p95", "p99"}


def test_no_turns_are_no_success() -> None:
    """A run without a single turn must not pass as fast."""
    judged = load_budget().judge([])
    assert not judged.kept
    assert judged.text() == "budget 1200: there was no turn to judge"


def test_a_kept_budget_is_said_in_one_line(make_report: MakeReport) -> None:
    """With the number of limits that were looked at."""
    text = load_budget().judge([make_report()] * 2).text()
    assert text.startswith("budget 1200: kept, ")
    assert "\n" not in text


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_has_limits_for_all_stages(tier: str) -> None:
    """A tier is called by its total at p50; stricter tiers are stricter in each stage."""
    budget = load_budget(tier)
    assert budget.limits[Kind.TURN]["total"]["p50"] == int(tier) * 1000
    for kind, stages in STAGES.items():
        assert set(budget.limits[kind]) == {"total", *stages}


def test_stricter_tiers_are_stricter_everywhere() -> None:
    """500 within 800 within 1200, in every limit."""
    for strict, loose in pairwise(TIERS):
        tight, wide = load_budget(strict).limits, load_budget(loose).limits
        for kind, stages in tight.items():
            for stage, limits in stages.items():
                assert all(us <= wide[kind][stage][q] for q, us in limits.items()), (kind, stage)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("llm = [400, 600, 1200]", "llm = [400, 300, 1200]", "none less than the one before"),
        ("llm = [400, 600, 1200]", "llm = [400]", "budgets.1200.turn.llm"),
        ("llm = [400, 600, 1200]", "lllm = [400, 600, 1200]", "a turn has no stage lllm"),
        ("[budgets.1200.turn]", "[budgets.1200.dinner]", "dinner"),
        ('default = "1200"', 'default = "9"', "no budget 9: take one of 1200, 800, 500"),
        ('default = "1200"', "default = ", "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_says_what_to_change(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    """By the place in the file."""
    path = tmp_path / "budgets.toml"
    text = DATA.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BudgetError, match=message):
        load_budget(path=path)


def test_a_stage_without_a_limit_is_not_dominant(make_report: MakeReport) -> None:
    """Nothing says what it may take, however long it is."""
    limits = load_budget("1200").limits[Kind.TURN]
    budget = Budget(name="own", limits={Kind.TURN: {s: limits[s] for s in ("total", "tts")}})
    check = budget.check(make_report(llm=3.0).timeline)
    assert [breach.stage for breach in check.breaches] == ["total"]
    assert check.dominant == "tts"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(BudgetError, match=r"none\.toml cannot be read"):
        load_budget(path=tmp_path / "none.toml")


def test_a_call_is_slow_when_too_many_turns_are_late_and_recovers() -> None:
    """Three of five are too many; five in a row in time end it. Each change is reported once."""
    calls: list[tuple[bool, str]] = []
    detector = SlowCallDetector(lambda on, stage: calls.append((on, stage)))
    late = BudgetCheck(
        name="1200", breaches=(Breach(stage="llm", us=2, limit_us=1),), dominant="llm"
    )
    in_time = replace(late, breaches=(), dominant="")
    for check in (late, in_time, in_time, in_time, late, in_time, late):
        detector.observe(check)
    assert calls == []
    detector.observe(late)
    detector.observe(late)
    assert calls == [(True, "llm")]
    for _ in range(5):
        assert detector.slow
        detector.observe(in_time)
    detector.observe(in_time)
    assert calls == [(True, "llm"), (False, "llm")]
