"""`python -m bench agreement`: ends of speech without a room, then turns in one."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, progress, show
from sandbox.caller.audio_path import AudioPath

from .paired_reports import ALLOWED as ALLOWED_LEFT_OVER
from .paired_reports import measure
from .speech_end import (
    ALLOWED,
    NOISES,
    OTHERS,
    RECORDINGS,
    ReportedEnd,
    clips,
    listen,
    noise_name,
)

NOTE: Final = (
    "ms by which the end of speech is reported late (negative: early), against the recording "
    "before noise; over all clips and lines, or all noises. Soft endings are those of which 25 and "
    "35 dB below the peak are more than 20 ms apart."
)
_CONSOLE: Final = Console(width=120)
_UNJUDGED: Final = {noise_name(*noise) for noise in OTHERS}


@command
def agreement(
    script: Annotated[str, typer.Option(help="A script by name, or a file of one.")] = "clinic",
    calls: Annotated[
        int, typer.Option(help="Real calls, one after the other; 0 for none.", min=0)
    ] = 2,
    recordings: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folders of more people: WAV, mono, 16 bits, one utterance each.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> int:
    """Do the agent's reports agree with the sound? The end of speech of recorded people over noise
    and through devices, about 2 minutes; then real calls beside the caller's recording."""
    holds = _speech_ends(recordings or ())
    if calls:
        holds &= _calls(script, calls)
    return not holds


def _speech_ends(folders: Sequence[Path]) -> bool:
    found = [clip for folder in (RECORDINGS, *folders) for clip in clips(folder)]
    heard: list[ReportedEnd] = []
    with progress(len(found), _CONSOLE) as step:
        for clip in found:
            step(0, doing=clip.name)
            heard += asyncio.run(listen(clip, (*NOISES, *OTHERS)))
            step()
    show(sheet(heard), _CONSOLE)
    _CONSOLE.print(NOTE)
    judged = [one for one in heard if _is_judged(one)]
    wrong = [one for one in judged if not one.is_right]
    _CONSOLE.print(
        f"{len(judged) - len(wrong)} of {len(judged)} within {milliseconds(ALLOWED)} ms; "
        "soft endings and other people's speech are not counted."
    )
    for one in wrong[:20]:
        _CONSOLE.print(f"wrong: {one.clip.name}, {one.noise}, {_name(one.line)}: {_ms(one.error)}")
    return bool(judged) and not wrong


def sheet(heard: Sequence[ReportedEnd]) -> Sheet:
    """The errors by noise, by line, and of soft endings."""
    sharp = [one for one in heard if not one.clip.is_soft]
    rows = [
        *_rows("noise", sharp, lambda one: one.noise),
        *_rows("line", [one for one in sharp if _is_judged(one)], lambda one: _name(one.line)),
        *_rows("soft", [one for one in heard if one.clip.is_soft], lambda one: one.noise),
    ]
    columns = ("", "", "heard", "missed", "mean", "earliest", "latest", "within 20 ms")
    return Sheet("Reported ends of speech beside the recordings", columns, rows, names=2)


def _rows(
    kind: str, heard: Iterable[ReportedEnd], key: Callable[[ReportedEnd], str]
) -> list[tuple[str, ...]]:
    grouped: dict[str, list[ReportedEnd]] = {}
    for one in heard:
        grouped.setdefault(key(one), []).append(one)
    rows = []
    for name, group in grouped.items():
        errors = [one.error for one in group if one.error is not None]
        share = sum(one.is_right for one in group) / len(group)
        counts = (str(len(group)), str(len(group) - len(errors)))
        times = (statistics.fmean(errors), min(errors), max(errors)) if errors else (None,) * 3
        rows.append((kind, name, *counts, *map(_ms, times), f"{share:.1%}"))
    return rows


def _is_judged(heard: ReportedEnd) -> bool:
    return not heard.clip.is_soft and heard.noise not in _UNJUDGED


def _name(line: AudioPath) -> str:
    parts = {
        "noise suppression": line.suppression,
        "Opus with DTX": line.opus,
        "gain control": line.gain,
    }
    return ", ".join(name for name, is_there in parts.items() if is_there) or "as it is"


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else milliseconds(seconds)


def _calls(script: str, count: int) -> bool:
    seen = asyncio.run(measure(script=script, calls=count))
    rows = []
    for number, pair in enumerate(seen.pairs, 1):
        times = (pair.reported, pair.recorded, pair.difference, pair.inbound)
        rows.append((str(number), *map(milliseconds, times)))
    columns = ("turn", "reported", "recorded", "difference", "of which inbound")
    show(Sheet("Caller's last sound -> agent's first, ms", columns, rows), _CONSOLE)
    _CONSOLE.print(
        f"The room, there and back, by an echo: {milliseconds(seen.path)} ms. Left over: "
        f"{milliseconds(seen.left_over)} ms of {milliseconds(ALLOWED_LEFT_OVER)} allowed (median), "
        f"turns without a report: {seen.unmatched}."
    )
    return seen.holds
