"""A call in one view."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from agent.latency.marks import Kind, Mark
from agent.latency.summary import summarise
from agent.latency.timeline import timeline
from agent.latency.turn_report import Breach, BudgetCheck, TurnReport
from agent.latency.usage import Usage

MakeReport = Callable[..., TurnReport]


def test_a_summary_counts_and_spreads(make_report: MakeReport) -> None:
    """Turns, percentiles of each stage, and what was special."""
    reports = [make_report(number=n, llm=0.1 * n) for n in range(1, 21)]
    reports[3] = replace(reports[3], flags=replace(reports[3].flags, hedged=True, retries=2))
    reports[4] = make_report(cached=True, number=5)
    reports[5] = replace(
        reports[5],
        budget=BudgetCheck(name="800", breaches=(Breach(stage="llm", us=2, limit_us=1),)),
    )
    cut = timeline(Kind.INTERRUPTION, {Mark.CALLER_BEGINS: 0.0, Mark.SILENT: 0.4})
    reports.append(replace(reports[0], timeline=cut))
    summary = summarise("room", reports, seconds=61.2)
    counts = summary.counts
    assert counts == {
        "turns": 20, "cache_hits": 1, "hedges": 1, "hedges_won": 0, "retries": 2,
        "fallback_tts": 0, "fillers": 0, "interruptions": 1, "breaches": 1,
    }  # fmt: skip
    llm = summary.stages[Kind.TURN]["llm"]
    assert (llm.count, llm.p90, llm.p95, llm.max) == (20, 1_800_000, 1_900_000, 2_000_000)
    voice = summary.stages[Kind.TURN]["tts"]
    assert (voice.count, voice.on_path) == (20, 19)
    assert summary.stages[Kind.INTERRUPTION]["total"].p50 == 400_000
    assert Kind.GREETING not in summary.stages


def test_a_summary_is_one_line_of_json_for_the_file_and_one_for_the_log(
    make_report: MakeReport,
) -> None:
    """Both have the totals, the counts, the characters and the cost."""
    summary = summarise(
        "room",
        [make_report(hedged=True)],
        seconds=30,
        usage=[Usage(model="bulbul:v3", unit="characters", amount=500)],
    )
    read = json.loads(summary.to_json())
    assert (read["v"], read["kind"], read["call"], read["turns"]) == (1, "summary", "room", 1)
    total = read["stages"]["turn"]["total"]
    assert (total["p50_ms"], total["p90_ms"]) == (986.0, 986.0)
    assert (read["characters"], read["hedges"], read["cost"]) == (500, 1, {"INR": 1.5})
    assert summary.line() == (
        "call of 30 s: 1 turn | turn p50 986 p90 986 p95 986 max 986 ms | "
        "hedges 1, characters 500, cost 1.5000 INR (list prices, the oldest of September 2026)"
    )


def test_a_call_without_a_turn_has_a_summary_too() -> None:
    """The caller hung up at once."""
    summary = summarise("room", [])
    assert summary.counts["turns"] == 0
    assert summary.line() == "call of 0 s: 0 turns | characters 0, cost nothing"
