"""`python -m bench rooms`: the calls, their table, and whether the limits are kept."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.progress import Progress

from bench.report import Sheet, show

from .measure import LIMITS, OURS, STARTER, Side, Turns, measure, sides

NOTE = (
    "Caller's last sound -> agent's first, read off the caller's recording: LiveKit's room, Opus "
    "and jitter buffers included. Simulated, network of 40 ms included: a final transcript 150 ms "
    "after Deepgram's endpoint, a first token after 250 ms, first audio after 240 ms and 3.3 ms a "
    "character. Nothing that is said comes from a store."
)

_FIGURES: Final = 125  # columns that all but the names take


def compare_rooms(variants: Sequence[str], *, calls: int, with_starter: bool) -> bool:
    """Call all sides in turn, print the table; returns whether ours keeps to the limits.

    Raises:
        ValueError: a variant is no setting.
    """
    wanted = [side for side in sides(variants) if with_starter or side.name != STARTER]
    console = Console(width=_FIGURES + max(len(side.name) for side in wanted))
    heard = _called(wanted, calls=calls, console=console)
    show(sheet(heard), console)
    console.print(NOTE)
    return heard[OURS].is_kept


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
        rows.append(
            ("real room", name, *counted, *map(_milliseconds, times), ratio, later, verdict)
        )
    columns = ("where", "who", "turns", "spoken over", "p50 ms", "p95 ms", "slowest ms", "of p50")
    rest = ("same turn, ms", "verdict")
    return Sheet("Caller's last sound to agent's first", (*columns, *rest), rows)


def _called(wanted: Sequence[Side], *, calls: int, console: Console) -> dict[str, Turns]:
    # Once a second, so that drawing disturbs nothing that is timed.
    with Progress(console=console, transient=True, refresh_per_second=1) as progress:
        task = progress.add_task("starting", total=calls * len(wanted))

        def on_call(name: str) -> None:
            progress.update(task, description=f"calling {name}")
            progress.advance(task)

        return asyncio.run(measure(wanted, calls=calls, on_call=on_call))


def _verdict(turns: Turns) -> str:
    over = [
        f"p{share * 100:.0f} over {most * 1000:.0f}"
        for share, most in LIMITS.items()
        if turns.at(share) > most
    ]
    over += ["spoke over the caller"] if turns.spoken_over else []
    return "; ".join(over) or "ok"


def _milliseconds(seconds: float) -> str:
    return "never" if math.isinf(seconds) else f"{seconds * 1000:.0f}"
