"""`python -m bench bookings`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, percentile, progress, show

from . import judging, processes
from .caller import Answer
from .requests import RIVALS, requests

_SHOWN = 20


@command
def bookings(
    slots: Annotated[int, typer.Option(help="Slots to book, each for two callers.", min=10)] = 1000,
    callers: Annotated[int, typer.Option(help="Processes that book at once.", min=1)] = 20,
    kills: Annotated[int, typer.Option(help="Times that one of them is killed.", min=0)] = 40,
    url: Annotated[
        str, typer.Option(help="Another empty database: any SQLAlchemy URL. By default a new file.")
    ] = "",
) -> int:
    """The clinic's desk under concurrent bookings and kill -9. Ends with 1 if a slot was given
    twice or a confirmed booking is lost."""
    asked = requests(slots)
    console = Console()
    with tempfile.TemporaryDirectory() as folder, progress(len(asked)) as step:
        database = url or f"sqlite:///{folder}/clinic.sqlite3"
        began = time.monotonic()
        heard = processes.run(
            database, Path(folder), slots=slots, processes=callers, kills=kills, step=step
        )
        took = time.monotonic() - began
        problems = judging.wrong(asked, heard, judging.rows(database))
    show(_sheet(heard, slots=slots, callers=callers, kills=kills, took=took), console)
    for problem in problems[:_SHOWN]:
        console.print(problem, markup=False)
    console.print(f"{len(problems)} problems" if problems else "No slot given twice, none lost.")
    return bool(problems)


def _sheet(heard: list[Answer], *, slots: int, callers: int, kills: int, took: float) -> Sheet:
    groups = {
        "booked": [each for each in heard if each.reference],
        "taken": [each for each in heard if not each.reference],
    }
    rows = [
        (
            name,
            str(len(group)),
            *(milliseconds(percentile([each.seconds for each in group], at)) for at in (0.5, 0.95)),
            milliseconds(max(each.seconds for each in group)),
            str(sum(each.tries - 1 for each in group)),
        )
        for name, group in groups.items()
        if group
    ]
    return Sheet(
        f"{slots} slots, {RIVALS} callers for each, {callers} processes, {kills} killed, "
        f"{took:.0f} s: what callers heard, and after how many ms",
        ("heard", "callers", "p50", "p95", "max", "tried again"),
        rows,
    )
