"""`python -m bench false-endpoints`: callers who pause, and what each way to end turns costs."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench.cli import choose, command
from bench.report import Sheet, milliseconds, percentile, progress, show

from .clips import Clip, recorded, synthesise
from .judging import Tally
from .sessions import REPLY, measure

_OURS_OFF: Final = {
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
    "LiveKit's detector alone, 0 to 1 s": _OURS_OFF | {"ENDPOINTING_MAX_DELAY": "1"},
    "LiveKit's defaults, 0.3 to 2.5 s": _OURS_OFF
    | {"ENDPOINTING_MIN_DELAY": "0.3", "ENDPOINTING_MAX_DELAY": "2.5"},
}
"""By name: settings, as in `.env`."""
_LENGTHS: Final = (0.0, 0.25, 0.4, 0.6, 0.8, math.inf)
"""Seconds: the bounds between which pauses are counted together."""
NOTE: Final = (
    "Pauses in mid-turn that were taken for the end of the turn, in all and by length, and the "
    "time from a true end until the turn was ended. Sessions are made as for a call; the STT has "
    "Deepgram's timing and a script of the words; a reply could be heard "
    f"{milliseconds(REPLY)} ms after the transcript."
)


@command
def false_endpoints(
    configuration: Annotated[
        list[str] | None, typer.Option(help="Only these; all by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Over all clips, with other pauses.", min=1)] = 1,
    recordings: Annotated[
        Path | None,
        typer.Option(
            help="A folder: NAME.wav (mono, 16 kHz) and NAME.txt, its language and then a line "
            "for each stretch between pauses; or NAME.scv, as in the test set of TEN VAD.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> int:
    """How many callers who pause are cut off, and what waiting costs; 30 s a configuration."""
    wanted = choose(configuration, CONFIGURATIONS, "configuration")
    # Each session logs what it lacks here: a room, a provider.
    logging.disable(logging.ERROR)
    console = Console(width=140)
    clips = _clips(rounds, recordings)
    tallies: dict[str, Tally] = {}
    with progress(len(clips) * len(wanted), console) as step:
        for name, settings in wanted.items():
            tallies[name] = Tally()
            for played in clips:
                step(0, doing=name)
                tallies[name].add(asyncio.run(measure(played, settings)))
                step()
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
        times = (milliseconds(percentile(tally.delays, share)) for share in (0.5, 0.95))
        rows.append((name, cut, *shares, *times))
    lengths = (f"{low:g}-{high:g} s" if high < math.inf else f"{low:g} s-" for low, high in spans)
    columns = ("configuration", "pauses cut", *lengths, "end p50 ms", "p95 ms")
    return Sheet("Pauses taken for the end of a turn", columns, rows)
