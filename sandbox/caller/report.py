"""A call as a table for the terminal: what both sides said, and how long each turn took."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .checks import Problem
from .script import Script
from .timing import total
from .turns import CallResult, Turn

NOTABLE_LATENESS = 0.02
"""Seconds of lateness from which the report warns that the times are inexact."""
CUT_OFF = " — (cut off)"


def render(
    script: Script,
    result: CallResult,
    problems: Sequence[Problem],
    *,
    notes: Sequence[str] = (),
    recorded: Path | None = None,
) -> RenderableType:
    """The whole report; `notes` are lines under the table, `recorded` is the stereo WAV."""
    below = [Text(), *_summary(result), *(Text(note, style="dim") for note in notes)]
    if result.lateness >= NOTABLE_LATENESS:
        late = f"The machine was busy: times may be off by up to {_ms(result.lateness)}."
        below.append(Text(late, style="yellow"))
    if recorded is not None:
        below.append(Text(f"Recorded in {recorded} (left: caller, right: agent).", style="dim"))
    return Group(Rule(script.title), _table(result), *below, *_outcome(problems))


def _table(result: CallResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("turn", justify="right", style="bold")
    table.add_column("")
    table.add_column("words", overflow="fold")
    table.add_column("answered after", justify="right", no_wrap=True)
    table.add_column("sound", justify="right", no_wrap=True)
    greeting = result.greeting
    seconds = _seconds(total(greeting.sound))
    table.add_row("0", "agent", _said(greeting.words), _delay(greeting.first_sound), seconds)
    for turn in result.turns:
        table.add_row()
        table.add_row(str(turn.number), "caller", turn.line.text)
        for remark in _remarks(turn):
            table.add_row("", "", remark)
        table.add_row("", "heard", _said(turn.heard, style="cyan"))
        words = _said(turn.words + (CUT_OFF if turn.cut_off else ""))
        table.add_row("", "agent", words, _delay(turn.delay), _seconds(turn.seconds))
    return table


def _remarks(turn: Turn) -> Iterator[Text]:
    if turn.stopped is not None:
        silent = f"interrupted the agent, which fell silent after {_ms(turn.stopped)}"
        yield Text(silent, style="italic")
    elif turn.line.interrupt_after is not None:
        yield Text("meant to interrupt, but the agent was silent", style="yellow")
    if turn.spoke_over:
        yield Text("the agent spoke over the caller", style="yellow")


def _summary(result: CallResult) -> list[Text]:
    lines: list[Text] = []
    first = result.greeting.first_sound
    if first is not None:
        joined = _ms(first - result.join_seconds)
        lines.append(
            Text(
                f"Greeting's first sound: {_ms(first)} after dialling, "
                f"{joined} after joining the room."
            )
        )
    delays = sorted(turn.delay for turn in result.turns if turn.delay is not None)
    if not delays:
        return [*lines, Text("No turn was answered.", style="bold red")]
    lines.append(
        Text.assemble(
            "Caller's last sound → agent's first, from the recording: ",
            (f"median {_ms(statistics.median(delays))}", "bold"),
            f", slowest {_ms(delays[-1])}, {len(delays)} of {len(result.turns)} turns.",
        )
    )
    return lines


def _outcome(problems: Sequence[Problem]) -> list[Text]:
    if not problems:
        good = "The call was good: recognised, answered, and spoken as written."
        return [Text(good, style="green")]
    return [Text(f"✗ {problem}", style="red") for problem in problems]


def _said(words: str, *, style: str = "") -> Text:
    return Text(words, style=style) if words else Text("nothing", style="dim italic")


def _delay(seconds: float | None) -> Text:
    return Text("no sound", style="red") if seconds is None else Text(_ms(seconds), style="bold")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds else ""
