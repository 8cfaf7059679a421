"""Commands that measure what watching calls costs, and whether it is right."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.timing.overhead import weigh
from bench.timing.scraping import scrape

from .app import app, exit_code


@app.command()
def overhead() -> None:
    """What it costs to time calls: a share of a core, and time on the caller's path."""
    logging.disable(logging.ERROR)
    costs = asyncio.run(weigh())
    table = Table(title="What timing a call costs")
    table.add_column("what")
    table.add_column("cost", justify="right")
    table.add_column("of a core, %", justify="right")
    for cost in costs.parts:
        table.add_row(cost.what, f"{cost.us:.1f} us {cost.each}", f"{cost.share * 100:.3f}")
    table.add_row("all of it", "", f"{costs.share * 100:.2f}", style="bold")
    table.add_row(
        "between the caller's last sound and the agent's first", f"{costs.path_us:.0f} us", ""
    )
    Console(width=110).print(table)
    raise typer.Exit(not costs.holds)


@app.command()
def scrapes(
    calls: Annotated[int, typer.Option(help="At the same time.", min=2, max=8)] = 2,
) -> None:
    """`/metrics` in mid-call and afterwards: is anything lost, or counted twice?"""

    def command() -> int:
        seen = asyncio.run(scrape(calls=calls))
        table = Table(title=f"{calls} calls at once, by /metrics and by their journals")
        table.add_column("kind")
        for column in ("in mid-call", "at the end", "3 s later", "journals"):
            table.add_column(column, justify="right")
        for kind in sorted(seen.written):
            counts = (seen.during, seen.after[0], seen.after[-1], seen.written)
            table.add_row(kind, *(str(count[kind]) for count in counts))
        console = Console()
        console.print(table)
        console.print(
            f"Counts that went back: {seen.went_back}. A scrape: {seen.took * 1000:.0f} ms."
        )
        return int(not seen.holds)

    raise typer.Exit(exit_code(command))


@app.command()
def pictures(
    folder: Annotated[
        Path, typer.Argument(help="Where to write them.", exists=True, file_okay=False)
    ],
) -> None:
    """The playground's waterfall in a real call, from Chromium, as docs/images has it."""
    # A browser is for this alone.
    from bench.timing.pictures import take

    def command() -> int:
        for path in asyncio.run(take(folder)):
            Console().print(f"{path}: {path.stat().st_size // 1000} kB", highlight=False)
        return 0

    raise typer.Exit(exit_code(command))
