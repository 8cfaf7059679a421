"""The table of a run."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.table import Table

from evals.judges.finding import Finding
from evals.results import Result, Run
from evals.scorecard.table import rules, summary, table
from tests.evals.judges.calls import call, caller, turn


def run() -> Run:
    """One caller passed, one failed twice by one rule."""
    good = Result(call(turn(1), caller=caller(id="good")), ())
    findings = (
        Finding("sources", "the time 7:45 has no source", 1),
        Finding("sources", "x"),
        Finding("end", "y"),
    )
    bad = Result(call(turn(1), caller=caller(id="bad")), findings)
    return Run(assistant="desk", results=(good, bad), seconds=1.25, model="rules")


def shown(made: Table) -> list[str]:
    """The lines of a table on a narrow terminal."""
    console = Console(width=80)
    with console.capture() as captured:
        console.print(made)
    return captured.get().splitlines()


def test_a_line_for_each_caller() -> None:
    """With the rules that were broken, and how often."""
    lines = shown(table(run()))
    assert "passed" in next(line for line in lines if "good" in line)
    assert "✗ sources (2), end" in next(line for line in lines if "bad" in line)


def test_a_line_for_each_rule() -> None:
    """The model's only where it judged."""
    lines = [" ".join(line.split()) for line in shown(rules(run()))]
    assert lines[0] == "rule kept by"
    assert "sources 1 of 2" in lines
    assert "records 2 of 2" in lines
    assert not any(line.startswith("model") for line in lines)
    assert any("model" in line for line in shown(rules(replace(run(), judged_by_model=True))))


def test_a_summary_counts() -> None:
    """And says how long it took."""
    assert summary(run()) == "1 of 2 callers passed in 1.2 s"
