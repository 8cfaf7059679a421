"""`python -m bench greetings`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, percentile, progress, show

from .measure import (
    ALLOWED,
    REHEARSALS,
    SITUATIONS,
    Greetings,
    from_dialling,
    holds,
    measure,
    ratio,
)


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
    console = Console()
    show(sheet(heard, rounds=rounds), console)
    console.print(f"Allowed: {ALLOWED:.2f} times the tone.")
    return not holds(heard)


def sheet(heard: Greetings, *, rounds: int) -> Sheet:
    """The table; a row for each situation."""
    rows = [
        (
            name,
            *(milliseconds(from_dialling(greetings, share)) for share in (0.5, 0.95)),
            milliseconds(percentile((greeting.from_joining for greeting in greetings), 0.5)),
            f"{ratio(heard, name):.2f}",
        )
        for name, greetings in heard.items()
    ]
    columns = ("who", "p50", "p95", "from joining p50", "times the tone")
    return Sheet(f"Caller dials -> first sound, ms, {rounds} calls each", columns, rows)
