"""`python -m bench greetings`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, progress, show

from .measure import ALLOWED, REHEARSALS, SITUATIONS, holds, measure, rows


@command
def greetings(
    rounds: Annotated[int, typer.Option(help="Calls for each row; 30 s a round.", min=1)] = 10,
) -> int:
    """Real calls: dialling to the first sound, beside a job that only plays a tone; providers up
    and down. Ends with 1 if a greeting takes more than 500 ms where the tone takes 406."""
    with progress((rounds + REHEARSALS) * len(SITUATIONS)) as step:

        def on_call(name: str) -> None:
            step(doing=name)

        heard = asyncio.run(measure(rounds, on_call=on_call))
    columns = ("who", "p50", "p95", "from joining p50", "times the tone")
    console = Console()
    show(
        Sheet(f"Caller dials -> first sound, ms, {rounds} calls each", columns, rows(heard)),
        console,
    )
    console.print(f"Allowed: {ALLOWED:.2f} times the tone.")
    return not holds(heard)
