"""`python -m bench false-endpoints`: one way to take turns after the other, and what each costs."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from bench.report import Sheet, percentile, show

from .clips import Clip, recorded, synthesise
from .judging import Tally
from .sessions import REPLY, measure

_LIVEKIT_DEFAULTS: Final = {
    "TURN_WORDS": "false",
    "TURN_ASKS_AGAIN": "false",
    "TURN_WAITS": "false",
    "STT_FINALIZE_AFTER": "0",
}
CONFIGURATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "as set by default": {},
    "TURN_WORDS=false": {"TURN_WORDS": "false"},
    "TURN_ASKS_AGAIN=false": {"TURN_ASKS_AGAIN": "false"},
    "TURN_WAITS=false": {"TURN_WAITS": "false"},
    "STT_FINALIZE_AFTER=0": {"STT_FINALIZE_AFTER": "0"},
    "ENDPOINTING_DOUBT_DELAY=0.6": {"ENDPOINTING_DOUBT_DELAY": "0.6"},
    "ENDPOINTING_DOUBT_DELAY=1": {"ENDPOINTING_DOUBT_DELAY": "1"},
    "TURN_DETECTOR=false": {"TURN_DETECTOR": "false"},
    "LiveKit's detector alone, 0 to 1 s": _LIVEKIT_DEFAULTS | {"ENDPOINTING_MAX_DELAY": "1"},
    "LiveKit's defaults, 0.3 to 2.5 s": _LIVEKIT_DEFAULTS
    | {"ENDPOINTING_MIN_DELAY": "0.3", "ENDPOINTING_MAX_DELAY": "2.5"},
}
"""Each with its settings, as in `.env`."""
_LENGTHS: Final = (0.0, 0.25, 0.4, 0.6, 0.8, math.inf)
"""Seconds between which pauses are counted together."""
NOTE: Final = (
    "Pauses in mid-turn that were taken for its end, of all and by their length, and the seconds "
    "from a true end until the turn was ended. Sessions made as for a call; a recogniser with "
    "Deepgram's timing that is told the words; a reply that can be heard "
    f"{REPLY * 1000:.0f} ms after the words have come."
)


def count_false_endpoints(names: Sequence[str], *, rounds: int, recordings: Path | None) -> int:
    """Play the clips to each way, so often, and print the table; returns the exit code.

    Raises:
        ValueError: There is no such way, or a recording does not fit.
    """
    if unknown := [name for name in names if name not in CONFIGURATIONS]:
        raise ValueError(f"no configuration {unknown[0]!r}; there are: {', '.join(CONFIGURATIONS)}")
    # Each session says what it lacks here: a room, a provider.
    logging.disable(logging.ERROR)
    console = Console(width=140)
    clips = _clips(rounds, recordings)
    tallies: dict[str, Tally] = {}
    with Progress(console=console, transient=True, refresh_per_second=1) as progress:
        task = progress.add_task("clips", total=len(clips) * len(names or CONFIGURATIONS))
        for name in names or CONFIGURATIONS:
            tallies[name] = Tally()
            for played in clips:
                progress.update(task, description=name)
                tallies[name].add(asyncio.run(measure(played, CONFIGURATIONS[name])))
                progress.advance(task)
    show(sheet(tallies), console)
    console.print(NOTE)
    return 0


def _clips(rounds: int, recordings: Path | None) -> list[list[Clip]]:
    if recordings is not None:
        return [recorded(recordings)] * rounds
    return [asyncio.run(synthesise(shift=number)) for number in range(rounds)]


def sheet(tallies: Mapping[str, Tally]) -> Sheet:
    """The table."""
    spans = list(itertools.pairwise(_LENGTHS))
    rows = []
    for name, tally in tallies.items():
        cut = f"{len(tally.cut)}/{len(tally.pauses)}"
        shares = (f"{tally.share_cut(above=low, longest=high):.0%}" for low, high in spans)
        times = (percentile(tally.delays, share) for share in (0.5, 0.95))
        rows.append(("turns", name, cut, *shares, *(f"{time * 1000:.0f}" for time in times)))
    lengths = (f"{low:g}-{high:g} s" if high < math.inf else f"{low:g} s-" for low, high in spans)
    columns = ("", "configuration", "pauses cut", *lengths, "end p50 ms", "p95 ms")
    return Sheet("Pauses taken for the end of a turn", columns, rows)
