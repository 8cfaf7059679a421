"""What a caller hears of audio that arrived at certain times. Pure.

The first piece plays when it arrives; each later one when the piece before it has played, or, if
that has already ended, when it arrives. The functions below judge the result, silence included, and
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AUDIBLE = 328
"""Level above which audio is a sound: about -40 dBFS, above codec noise and encoder delay."""
HOLE = 0.02
"""Seconds of silence between sounds that count as a hole: one frame of a room's audio."""
_WINDOW = 0.005  # seconds over which the level is taken, so that a click is not a sound

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply's audio."""

    at: float
    """When it arrived, in seconds from the LLM's first token."""
    pcm: bytes
    """Signed 16-bit mono samples."""


@dataclass(frozen=True, slots=True)
class Played:
    """A reply as sound. Times in seconds."""

    begins: float
    """When the first sample plays, from the LLM's first token."""
    samples: Samples
    """From there on, including the silences in which there was nothing to play."""
    sample_rate: int
    late: tuple[float, ...]
    """How long each of those silences is."""

    @property
    def ends(self) -> float:
        """When the last sample has played, from the LLM's first token."""
        return self.begins + self.samples.size / self.sample_rate


def play(chunks: Sequence[Chunk], sample_rate: int) -> Played | None:
    """Play `chunks` as they arrived; None if there is no sample."""
    parts: list[Samples] = []
    late: list[float] = []
    begins = plays_until = 0.0
    for chunk in chunks:
        samples = np.frombuffer(chunk.pcm, np.int16)
        if not samples.size:
            continue
        if not parts:
            begins = plays_until = chunk.at
        if chunk.at > plays_until:
            gap = round((chunk.at - plays_until) * sample_rate)
            parts.append(np.zeros(gap, np.int16))
            late.append(chunk.at - plays_until)
            plays_until = chunk.at
        parts.append(samples)
        plays_until += samples.size / sample_rate
    if not parts:
        return None
    return Played(begins, np.concatenate(parts), sample_rate, tuple(late))


def first_audible(played: Played) -> float | None:
    """When the first audible sample plays, from the LLM's first token; None if none does."""
    size = _window(played.sample_rate)
    # Two windows in a row: a single one may be a click.
    loud = _loud(played)
    sound = np.flatnonzero(loud[:-1] & loud[1:])
    if not sound.size:
        return None
    start = int(sound[0]) * size
    within = np.abs(played.samples[start : start + 2 * size].astype(np.int32))
    return played.begins + (start + int(np.argmax(within > AUDIBLE))) / played.sample_rate


def holes(played: Played, *, at_least: float = HOLE) -> list[float]:
    """Seconds of each silence between the first sound and the last, in order."""
    loud = np.flatnonzero(_loud(played))
    steps = np.diff(loud) - 1
    seconds = steps * _window(played.sample_rate) / played.sample_rate
    return [float(hole) for hole in seconds if hole >= at_least]


def _window(sample_rate: int) -> int:
    return max(1, round(_WINDOW * sample_rate))


def _loud(played: Played) -> npt.NDArray[np.bool_]:
    """Whether each window is louder than `AUDIBLE`; the remainder at the end is a window too."""
    size = _window(played.sample_rate)
    padding = -played.samples.size % size
    samples = np.pad(played.samples.astype(np.float32), (0, padding)).reshape(-1, size)
    loud: npt.NDArray[np.bool_] = np.sqrt(np.mean(samples**2, axis=1)) > AUDIBLE
    return loud
