"""What the command prints."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console

from agent.latency.budgets import load_budget
from agent.latency.turn_report import TurnReport
from bench.budget.calls import Measured, questions
from bench.budget.command import sheet, summary
from bench.budget.configurations import IN_LINE
from bench.report import show

Make = Callable[..., TurnReport]


def test_a_broken_limit_is_marked_without_colour_too(in_line: Make) -> None:
    """Beside the limit, in its own row."""
    reports = (in_line(pool=0.2), in_line(pool=0.2))
    judged = load_budget("in-line").judge(reports)
    table, paper = sheet(IN_LINE, judged), io.StringIO()
    assert [row[:2] for row in table.rows if "!" in row[2]] == [("turn", "pool"), ("turn", "total")]
    show(table, Console(file=paper, width=100))
    marked = [line.split() for line in paper.getvalue().splitlines() if "!" in line]
    assert [row[row.index("!") : row.index("!") + 3] for row in marked] == [
        ["!", "201", "(110)"],
        ["!", "1164", "(1150)"],
    ]


def test_it_says_why_there_is_no_verdict(in_line: Make) -> None:
    """A machine that was too busy, or a call that nobody answered."""
    reports = (in_line(llm=0.4),) * 2
    judged = load_budget("in-line").judge(reports)
    busy = summary(judged, Measured(reports=reports, busy=0.08), 2)
    assert "look at llm" in busy
    assert "all CPUs were in use for 8 % of the time" in busy
    seen = Measured(reports=reports, busy=0.0, unanswered=("nobody greeted",))
    assert "a call was given up: nobody greeted" in summary(judged, seen, 2)


def test_to_time_a_greeting_one_question_will_do() -> None:
    """All of them are a minute; the first waits for the greeting."""
    assert len(questions().lines) == 8
    assert questions(only_greeting=True).lines == questions().lines[:1]
    assert questions().lines[0].interrupt_after is None
