"""How every benchmark reports: percentiles, milliseconds, tables and progress."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from livekit.plugins.sarvam_pooled.percentiles import nearest_rank
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table before it is laid out."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    names: int = 1
    """Leading columns that name the row. They are text, as `verdict` is; all others are figures."""

    def is_text(self, column: int) -> bool:
        """Whether a column is aligned to the left."""
        return column < self.names or self.columns[column] == "verdict"


class Step(Protocol):
    """Shows what is being done, and that `done` steps more have been."""

    def __call__(self, done: float = 1, *, doing: str | None = None) -> None: ...


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of `values` that `share` of them do not exceed. They need not be sorted."""
    return nearest_rank(sorted(values), share)


def milliseconds(seconds: float, digits: int = 0) -> str:
    """As in tables; "never" for infinity."""
    return "never" if math.isinf(seconds) else f"{seconds * 1000:.{digits}f}"


def show(sheet: Sheet, console: Console) -> None:
    """Print a table. Where two columns name a row, the first one is printed once for each group."""
    console.print(sheet.title, style="italic", markup=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number, column in enumerate(sheet.columns):
        table.add_column(
            column,
            justify="left" if sheet.is_text(number) else "right",
            no_wrap=number < sheet.names,
        )
    previous = ""
    for first, *rest in sheet.rows:
        table.add_row("" if sheet.names > 1 and first == previous else first, *rest)
        previous = first
    console.print(table)


def as_markdown(sheet: Sheet) -> str:
    """The same as a Markdown table under a heading."""
    marks = ["---" if sheet.is_text(n) else "---:" for n in range(len(sheet.columns))]
    lines = ["| " + " | ".join(cells) + " |" for cells in (sheet.columns, marks, *sheet.rows)]
    return "\n".join([f"### {sheet.title}", "", *lines]) + "\n"


@contextmanager
def progress(total: float, console: Console | None = None) -> Iterator[Step]:
    """A bar of `total` steps, drawn once a second so that it disturbs nothing that is timed."""
    with Progress(console=console, transient=True, refresh_per_second=1) as shown:
        task = shown.add_task("starting", total=total)

        def step(done: float = 1, *, doing: str | None = None) -> None:
            shown.update(task, advance=done, description=doing)

        yield step
