"""The report shows both sides, the times, and the verdict."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from sandbox.caller.checks import Problem
from sandbox.caller.recorder import Recording
from sandbox.caller.report import render
from sandbox.caller.script import Line, Script
from sandbox.caller.timing import Span
from sandbox.caller.turns import CallResult, Greeting, Turn

SCRIPT = Script(
    title="A call", lines=(Line(text="what hours"), Line(text="sorry", interrupt_after=1.0))
)


def result() -> CallResult:
    first = Turn(
        number=1,
        line=SCRIPT.lines[0],
        caller=Span(0, 1),
        heard="what ours",
        words="We open",
        sound=(Span(2, 4),),
        delay=1.004,
        stopped=None,
        cut_off=True,
        spoke_over=False,
        seconds=2.0,
    )
    second = replace(
        first,
        number=2,
        line=SCRIPT.lines[1],
        heard="",
        words="",
        delay=None,
        stopped=0.35,
        cut_off=False,
        spoke_over=True,
        sound=(),
        seconds=0.0,
    )
    silence = np.zeros(1, np.int16)
    return CallResult(
        greeting=Greeting("Welcome.", (Span(1.155, 2),)),
        turns=(first, second),
        recording=Recording(24_000, silence, silence),
        join_seconds=0.06,
        lateness=0.001,
    )


def shown(call: CallResult, problems: Any = (), **options: Any) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(render(SCRIPT, call, problems, **options))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_both_sides_and_all_times_are_shown() -> None:
    """A reader sees what was said, what was heard, and each figure with its unit and meaning."""
    text = shown(result(), notes=["Simulated."], recorded=Path("calls/demo.wav"))
    for part in (
        "A call",
        "Welcome.",
        "1155 ms after dialling",
        "1095 ms after joining",
        "what hours",
        "what ours",
        "We open — (cut off)",
        "1004 ms  2.0 s",
        "fell silent after 350 ms",
        "no sound",
        "the agent spoke over the caller",
        "median 1004 ms, slowest 1004 ms, 1 of 2 turns",
        "Simulated.",
        "calls/demo.wav",
        "The call was good",
    ):
        assert part in text
    assert "busy" not in text


def test_problems_take_the_place_of_the_verdict() -> None:
    """A bad call shows its reasons and is not called good."""
    text = shown(result(), [Problem("turn 2", "the agent did not answer")])
    assert "✗ turn 2: the agent did not answer" in text
    assert "good" not in text


def test_a_line_that_interrupts_nothing_has_a_remark() -> None:
    """A line that found no answer to interrupt has a remark."""
    first, second = result().turns
    late = replace(result(), turns=(first, replace(second, stopped=None)))
    assert "meant to interrupt, but the agent was silent" in shown(late)


def test_the_report_warns_of_a_busy_machine() -> None:
    """When the microphone was late, the report has the possible error of the times."""
    assert "may be off by up to 35 ms" in shown(replace(result(), lateness=0.035))


def test_a_call_without_answers_can_be_shown() -> None:
    """A call in which nothing was answered, or nothing happened at all, can be shown."""
    assert "No turn was answered" in shown(replace(result(), turns=result().turns[1:]))
    assert "no sound" in shown(replace(result(), turns=(), greeting=Greeting("", ())))
