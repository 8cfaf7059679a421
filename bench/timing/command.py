"""`python -m bench overhead`, `scrapes` and `pictures`."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, show

from . import overhead as costs
from . import scraping


@command
def overhead() -> int:
    """What timing a call costs: a share of a core, and time on the caller's path. Ends with 1 over
    a limit."""
    logging.disable(logging.ERROR)
    seen = asyncio.run(costs.measure())
    rows = [
        (cost.what, f"{cost.us:.1f} us {cost.each}", f"{cost.share * 100:.3f}")
        for cost in seen.parts
    ]
    rows += [
        ("all of it", "", f"{seen.share * 100:.2f}"),
        ("between the caller's last sound and the agent's first", f"{seen.path_us:.0f} us", ""),
    ]
    sheet = Sheet("What timing a call costs", ("what", "cost", "of a core, %"), rows)
    show(sheet, Console(width=110))
    return not seen.holds


@command
def scrapes(
    calls: Annotated[int, typer.Option(help="At the same time.", min=2, max=8)] = 2,
) -> int:
    """`/metrics` in mid-call and after calls: is a turn lost, or counted twice? Ends with 1 if
    so."""
    seen = asyncio.run(scraping.measure(calls=calls))
    counts = (seen.during, seen.after[0], seen.after[-1], seen.written)
    rows = [(kind, *(str(count[kind]) for count in counts)) for kind in sorted(seen.written)]
    columns = ("kind", "in mid-call", "at the end", "3 s later", "journals")
    console = Console()
    show(Sheet(f"{calls} calls at once, by /metrics and by their journals", columns, rows), console)
    console.print(f"Counts that fell: {seen.went_back}. A scrape: {milliseconds(seen.took)} ms.")
    return not seen.holds


@command
def pictures(
    folder: Annotated[
        Path, typer.Argument(help="Where to write them.", exists=True, file_okay=False)
    ],
) -> int:
    """Screenshots of the playground's waterfall in a real call, as in docs/images."""
    # Only this command needs a browser.
    from .pictures import take

    for path in asyncio.run(take(folder)):
        Console().print(f"{path}: {path.stat().st_size // 1000} kB", highlight=False)
    return 0
