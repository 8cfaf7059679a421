"""A call as a table for the terminal: what was said on both sides, and how long each turn took."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .checks import Problem
from .script import Script
from .turns import CallResult, Turn

LATENESS_WORTH_TELLING = 0.02
"""Seconds; from here on a busy machine has blurred the times."""


def render(
    script: Script,
    result: CallResult,
    problems: Sequence[Problem],
    *,
    notes: Sequence[str] = (),
    recorded: Path | None = None,
) -> RenderableType:
    """The whole report; `notes` are lines to add under the table, `recorded` the stereo WAV."""
    below = [_summary(result), *(Text(note, style="dim") for note in notes)]
    if result.lateness >= LATENESS_WORTH_TELLING:
        late = f"The machine was busy: times may be off by up to {_ms(result.lateness)}."
        below.append(Text(late, style="yellow"))
    if recorded is not None:
        below.append(Text(f"Recorded in {recorded} (left: caller, right: agent).", style="dim"))
    return Group(Rule(script.title), _table(result), *below, *_verdict(problems))


def _table(result: CallResult) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=False)
    table.add_column("turn", justify="right", style="bold")
    table.add_column("")
    table.add_column("words", overflow="fold", ratio=1)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("")
    first = result.greeting.first_sound
    table.add_row("0", "agent", _said(result.greeting.words), _delay(first), "after dialling")
    joined = None if first is None else first - result.join_seconds
    table.add_row("", "", "", _ms(joined), "after joining the room", end_section=True)
    for turn in result.turns:
        _add_turn(table, turn)
    return table


def _add_turn(table: Table, turn: Turn) -> None:
    cut_in = turn.line.interrupt_after is not None
    stopped = _ms(turn.stopped) if turn.stopped is not None else ""
    table.add_row(
        str(turn.number),
        "caller",
        turn.line.text,
        stopped,
        "until the agent fell silent" if stopped else "cut in too late" if cut_in else "",
    )
    table.add_row("", "heard", _said(turn.heard, style="cyan"), "", "")
    cut_off = " — (cut off)" if turn.cut_off else ""
    table.add_row("", "agent", _said(turn.words + cut_off), _delay(turn.delay), "to the answer")
    table.add_row("", "", "", f"{turn.seconds:.1f} s", "of sound")
    if turn.spoke_over:
        table.add_row("", "", Text("the agent spoke while the caller did", style="yellow"), "", "")
    table.add_row()


def _summary(result: CallResult) -> Text:
    delays = sorted(turn.delay for turn in result.turns if turn.delay is not None)
    if not delays:
        return Text("No turn was answered.", style="bold red")
    return Text.assemble(
        "Caller's last sound → agent's first, from the recording: ",
        (f"median {_ms(statistics.median(delays))}", "bold"),
        f", slowest {_ms(delays[-1])}, {len(delays)} of {len(result.turns)} turns.",
    )


def _verdict(problems: Sequence[Problem]) -> list[Text]:
    if not problems:
        return [Text("The call was good: heard, answered, and said as written.", style="green")]
    return [Text(f"✗ {problem}", style="red") for problem in problems]


def _said(words: str, *, style: str = "") -> Text:
    return Text(words, style=style) if words else Text("nothing", style="dim italic")


def _delay(seconds: float | None) -> Text:
    return Text("no sound", style="red") if seconds is None else Text(_ms(seconds), style="bold")


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.0f} ms"
