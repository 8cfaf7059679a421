"""How every benchmark reports: percentiles, milliseconds, and tables for terminal and Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from agent.latency.percentiles import nearest_rank


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table before it is laid out; its first two columns name the row."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that `share` of them do not exceed. They need not be sorted."""
    return nearest_rank(sorted(values), share)


def milliseconds(seconds: float) -> str:
    """Whole milliseconds; "never" for infinity."""
    return "never" if math.isinf(seconds) else f"{seconds * 1000:.0f}"


def show(sheet: Sheet, console: Console) -> None:
    """Print a table."""
    table = Table(title=sheet.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, column in enumerate(sheet.columns):
        is_text = number < 2 or column == "verdict"
        table.add_column(column, justify="left" if is_text else "right", no_wrap=number < 2)
    previous = ""
    for row in sheet.rows:
        table.add_row("" if row[0] == previous else row[0], *row[1:])
        previous = row[0]
    console.print(table)


def as_markdown(sheet: Sheet) -> str:
    """The same as a Markdown table under a heading."""
    lines = [f"### {sheet.title}", "", _line(sheet.columns)]
    marks = ["---" if n < 2 or c == "verdict" else "---:" for n, c in enumerate(sheet.columns)]
    lines += [_line(marks), *map(_line, sheet.rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
