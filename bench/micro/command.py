"""`python -m bench decode` and `segmenter`."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import command
from bench.report import progress, show

from . import decode as decoding
from . import segmenter as segmenting

_CONSOLE = Console(width=140)


@command
def decode(
    count: Annotated[int, typer.Option(help="Segments for each codec.", min=100)] = 10_000,
) -> int:
    """What decoding costs on the event loop, and whether it leaks. Ends with 1 over a limit."""
    logging.disable(logging.WARNING)
    with progress(count * len(decoding.CODECS), _CONSOLE) as step:
        costs = {name: asyncio.run(decoding.measure(name, count, step)) for name in decoding.CODECS}
    show(decoding.sheet(costs, segments=count), _CONSOLE)
    return not all(cost.holds for cost in costs.values())


@command
def segmenter() -> int:
    """What cutting the worst of texts costs. Ends with 1 if twice the text costs far more than
    twice as much."""
    seen = segmenting.measure()
    show(segmenting.sheet(seen), _CONSOLE)
    return not segmenting.holds(seen)
