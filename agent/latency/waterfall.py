"""The waterfall as text: one line for the log, bars for a terminal.

The line, in whole milliseconds that sum to the total as the stages do:

    turn 3: 1185 ms = endpoint 250 + end_of_turn 47 + llm 251 + segmentation 60 + tts 290
        + publish 5 + play 282 | beside stt 150, hedge 310 (hedge) | preemptive_llm hedged
        | over 1200: tts 290 > 250 (look at tts)

Each bar has its stage's name before it, its milliseconds behind it, and its own filling, so that
colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .marks import Kind
from .turn_report import TOTAL, Breach, TurnReport

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS: Final = {
    "endpoint": "blue",
    "stt": "cyan",
    "end_of_turn": "bright_blue",
    "commit": "white",
    "llm": "magenta",
    "segmentation": "bright_magenta",
    "pool": "yellow",
    "send": "bright_yellow",
    "tts": "green",
    "decode": "bright_green",
    "publish": "bright_cyan",
    "play": "bright_white",
    "enter": "blue",
    "connect": "cyan",
    "subscribe": "magenta",
    "detect": "blue",
    "decide": "magenta",
    "stop": "green",
}
"""Colour of each stage on a terminal; the page may have its own."""
_ON_PATH, _OVERLAPPED = "█", "░"
_WIDTH: Final = 48


def line(report: TurnReport) -> str:
    """A report on one line, without any words of the call."""
    timeline = report.timeline
    sizes = whole([stage.us for stage in timeline.stages])
    parts = [
        f"{stage.name} {size}"
        for stage, size in zip(timeline.stages, sizes, strict=True)
        if size > 0
    ]
    text = f"{title(report)}: {sum(sizes)} ms"
    if parts:
        text += " = " + " + ".join(parts)
    if ran := [_overlapped(b.name, b.us, b.why) for b in timeline.overlapped if b.us >= 500]:
        text += " | beside " + ", ".join(ran)
    if report.flags.names:
        text += " | " + " ".join(report.flags.names)
    if timeline.clamped:
        text += " | out of order: " + " ".join(timeline.clamped)
    if report.budget and report.budget.breaches:
        over = ", ".join(map(_breach, report.budget.breaches))
        text += f" | over {report.budget.name}: {over}"
        text += f" (look at {report.budget.dominant})"
    return text


def title(report: TurnReport) -> str:
    """`turn 3`, `greeting` or `interruption 3`."""
    return report.kind.value if report.kind is Kind.GREETING else f"{report.kind} {report.turn}"


def whole(parts: Sequence[int]) -> list[int]:
    """Microseconds as whole milliseconds whose sum is the rounded sum of all.

    Each is rounded down, and those that lost most get the milliseconds that are left.
    """
    sizes = [part // 1000 for part in parts]
    left = round(sum(parts) / 1000) - sum(sizes)
    by_loss = sorted(range(len(parts)), key=lambda i: parts[i] % 1000, reverse=True)
    for index in by_loss[:left]:
        sizes[index] += 1
    return sizes


def bar(start_us: int, us: int, *, scale_us: int, width: int, fill: str) -> str:
    """A bar at its place, at most `width` columns wide; at least one column if it took any time."""
    first = min(width - 1, start_us * width // max(1, scale_us))
    last = min(width, round((start_us + us) * width / max(1, scale_us)))
    return " " * first + fill * max(1 if us else 0, last - first)


def bars(report: TurnReport, *, width: int = _WIDTH) -> RenderableType:
    """The full waterfall for rich: a row for each stage, and a dotted one for overlapped work."""
    # Imported lazily: the worker logs only lines and need not wait for rich.
    from rich.table import Table
    from rich.text import Text

    timeline = report.timeline
    ends = [b.start_us + b.us for b in timeline.overlapped]
    scale = max([timeline.total_us, *ends])
    limits = {breach.stage: breach for breach in report.budget.breaches} if report.budget else {}
    table = Table(box=None, title=title(report), title_justify="left", pad_edge=False)
    for name, justify in (("stage", "left"), ("", "left"), ("ms", "right"), ("", "left")):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for stage in timeline.stages:
        drawn = bar(stage.start_us, stage.us, scale_us=scale, width=width, fill=_ON_PATH)
        style = COLOURS.get(stage.name, "")
        note = _note(limits.get(stage.name))
        table.add_row(stage.name, Text(drawn, style=style), f"{stage.us / 1000:.1f}", note)
    for b in timeline.overlapped:
        drawn = bar(b.start_us, b.us, scale_us=scale, width=width, fill=_OVERLAPPED)
        style = f"dim {COLOURS.get(b.name, '')}".strip()
        table.add_row(b.name, Text(drawn, style=style), f"{b.us / 1000:.1f}", f"beside: {b.why}")
    total = f"{timeline.total_us / 1000:.1f}"
    table.add_row(TOTAL, " ".join(report.flags.names), total, _note(limits.get(TOTAL)))
    return table


def _overlapped(name: str, us: int, why: str) -> str:
    text = f"{name} {round(us / 1000)}"
    return text if why == "overlapped" else f"{text} ({why})"


def _breach(breach: Breach) -> str:
    return f"{breach.stage} {round(breach.us / 1000)} > {round(breach.limit_us / 1000)}"


def _note(breach: Breach | None) -> str:
    return f"over {round(breach.limit_us / 1000)}" if breach else ""
