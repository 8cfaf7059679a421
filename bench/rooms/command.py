"""`python -m bench rooms`: the calls, their table, and whether the limits are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, progress, show

from .measure import LIMITS, OURS, STARTER, Turns, measure, sides

NOTE: Final = (
    "Caller's last sound -> agent's first, read off the caller's recording: LiveKit's room, Opus "
    "and jitter buffers included. Simulated, network of 40 ms included: a final transcript 150 ms "
    "after Deepgram's endpoint, a first token after 250 ms, first audio after 240 ms and 3.3 ms a "
    "character. No reply comes from a phrase store."
)

_FIGURES: Final = 115  # columns that all but the names take


@command
def rooms(
    calls: Annotated[int, typer.Option(help="To each side, seven turns each.", min=1)] = 3,
    variant: Annotated[
        list[str] | None,
        typer.Option(help="Also ours with these settings: NAME=VALUE, several with commas."),
    ] = None,
    starter: Annotated[bool, typer.Option(help="Also call LiveKit's starter.")] = True,
) -> int:
    """Turns in real rooms, ours beside LiveKit's starter: about 5 minutes. Ends with 1 over a
    limit."""
    wanted = [side for side in sides(variant or ()) if starter or side.name != STARTER]
    console = Console(width=_FIGURES + max(len(side.name) for side in wanted))
    with progress(calls * len(wanted), console) as step:

        def on_call(name: str) -> None:
            step(doing=f"calling {name}")

        heard = asyncio.run(measure(wanted, calls=calls, on_call=on_call))
    show(sheet(heard), console)
    console.print(NOTE)
    return not heard[OURS].holds


def sheet(heard: Mapping[str, Turns]) -> Sheet:
    """The table; ratios are to the starter, if it was called, and differences to ours."""
    starter, ours = heard.get(STARTER), heard[OURS]
    rows = []
    for name, turns in heard.items():
        times = [turns.at(0.5), turns.at(0.95), max(turns.delays)]
        ratio = f"{times[0] / starter.at(0.5):.2f}" if starter is not None else "-"
        later = "" if turns is ours else f"{turns.later_than(ours) * 1000:+.0f}"
        verdict = _verdict(turns) if turns is ours else ""
        counted = (str(len(turns.delays)), str(turns.spoken_over))
        rows.append((name, *counted, *map(milliseconds, times), ratio, later, verdict))
    times_ms = ("p50 ms", "p95 ms", "slowest ms")
    columns = ("who", "turns", "spoken over", *times_ms, "of p50", "same turn, ms", "verdict")
    return Sheet("Real room: caller's last sound to agent's first", columns, rows)


def _verdict(turns: Turns) -> str:
    over = [
        f"p{share * 100:.0f} over {milliseconds(most)}"
        for share, most in LIMITS.items()
        if turns.at(share) > most
    ]
    over += ["spoke over the caller"] if turns.spoken_over else []
    return "; ".join(over) or "ok"
