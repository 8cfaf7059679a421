"""Plays a file with any player that the system has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PLAYERS: Final[tuple[tuple[str, ...], ...]] = (
    ("afplay",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)
"""Programs that play a WAV file and end: macOS, PulseAudio and PipeWire, ALSA, FFmpeg."""


def players(path: str | None = None) -> list[tuple[str, ...]]:
    """The `PLAYERS` on `path`, by default the environment's PATH."""
    found = ((shutil.which(name, path=path), options) for name, *options in PLAYERS)
    return [(program, *options) for program, options in found if program]


def play(file: Path, using: Sequence[tuple[str, ...]]) -> bool:
    """Play `file` to its end with the first player that can. Returns whether one could.

    A server may have a player and no sound card, so the next one is tried after a failure.
    """
    return any(
        subprocess.run(
            [*player, file],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        == 0
        for player in using
    )
