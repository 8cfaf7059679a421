"""`python -m bench greetings`: what it prints, and how it ends."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from .measure import ALLOWED, SITUATIONS, holds, measure, rows


def greet(rounds: int) -> int:
    """Make `rounds` calls for each row and show them; 1 where a median is not in time."""
    with Progress(transient=True) as progress:
        # One round more is made and not counted.
        task = progress.add_task("calling", total=(rounds + 1) * len(SITUATIONS))

        def on_call(name: str) -> None:
            progress.update(task, advance=1, description=name)

        heard = asyncio.run(measure(rounds, on_call=on_call))
    table = Table(title=f"Caller dials -> first sound, ms, {rounds} calls each")
    table.add_column("who")
    for column in ("p50", "p95", "from joining p50", "times the tone"):
        table.add_column(column, justify="right")
    for row in rows(heard):
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(f"Allowed is {ALLOWED:.2f} times the tone.")
    return 0 if holds(heard) else 1
