"""`python -m bench agreement`: ends of speech without a room, then turns in one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.report import Sheet, show
from sandbox.caller.line import Line

from . import calls
from .speech_end import ALLOWED, NOISES, OTHERS, RECORDINGS, ReportedEnd, clips, listen, noise_name

NOTE: Final = (
    "ms that the end of speech is reported late (negative: early), against the recording before "
    "noise; over all clips and lines, or all noises. Soft endings are those of which 25 and 35 dB "
    "below the peak are more than 20 ms apart."
)
_UNJUDGED: Final = {noise_name(*noise) for noise in OTHERS}


def agree(*, script: str, rooms: int, folders: Sequence[Path]) -> int:
    """Print both tables; returns the exit code.

    Args:
        script: The scripted caller's, by name or file.
        rooms: How many real calls are made; 0 for none.
        folders: Recordings beside the bench's own.

    Raises:
        ValueError: A recording does not fit.
    """
    console = Console(width=120)
    holds = _endings(folders, console)
    if rooms:
        holds &= _calls(script, rooms, console)
    return int(not holds)


def _endings(folders: Sequence[Path], console: Console) -> bool:
    found = [clip for folder in (RECORDINGS, *folders) for clip in clips(folder)]
    heard: list[ReportedEnd] = []
    with Progress(console=console, transient=True, refresh_per_second=1) as progress:
        for clip in progress.track(found, description="recordings"):
            heard += asyncio.run(listen(clip, (*NOISES, *OTHERS)))
    show(sheet(heard), console)
    console.print(NOTE)
    judged = [one for one in heard if _is_judged(one)]
    wrong = [one for one in judged if not one.is_right]
    console.print(
        f"{len(judged) - len(wrong)} of {len(judged)} within {ALLOWED * 1000:.0f} ms; "
        "not counted are soft endings and other people's speech."
    )
    for one in wrong[:20]:
        console.print(f"wrong: {one.clip.name}, {one.noise}, {_name(one.line)}: {_ms(one.error)}")
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
    return Sheet("Reported ends of speech beside the recordings", columns, rows)


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
        row = [kind, name, str(len(group)), str(len(group) - len(errors))]
        if errors:
            row += [_ms(sum(errors) / len(errors)), _ms(min(errors)), _ms(max(errors))]
        else:
            row += ["-"] * 3
        rows.append((*row, f"{share:.1%}"))
    return rows


def _is_judged(heard: ReportedEnd) -> bool:
    return not heard.clip.is_soft and heard.noise not in _UNJUDGED


def _name(line: Line) -> str:
    parts = {
        "noise suppression": line.suppression,
        "Opus with DTX": line.opus,
        "gain control": line.gain,
    }
    return ", ".join(name for name, is_there in parts.items() if is_there) or "as it is"


def _ms(seconds: float | None) -> str:
    return "missed" if seconds is None else f"{seconds * 1000:.0f}"


def _calls(script: str, rooms: int, console: Console) -> bool:
    seen = asyncio.run(calls.measure(script=script, calls=rooms))
    table = Table(title="Caller's last sound -> agent's first, ms")
    for column in ("reported", "recorded", "difference", "of which way in"):
        table.add_column(column, justify="right")
    for pair in seen.pairs:
        times = (pair.reported, pair.recorded, pair.difference, pair.inbound)
        table.add_row(*(f"{seconds * 1000:.0f}" for seconds in times))
    console.print(table)
    console.print(
        f"The room's way in and out, by an echo: {seen.path * 1000:.0f} ms. Left over: "
        f"{seen.left_over * 1000:.0f} ms of {calls.ALLOWED * 1000:.0f} allowed (median), "
        f"turns without a report: {seen.unmatched}."
    )
    return seen.holds
