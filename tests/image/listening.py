"""Whether a recording of a call has a stored phrase in it, by its sound."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIECE = 0.4
"""Seconds of a phrase that are looked for: so short that no jitter buffer stretches them all."""
ALIKE = 0.9
"""Correlation from which a piece counts as found. Through a room a phrase keeps 0.94 and more;
other words of the same voice reach 0.67, the same word in another sentence 0.84 (measured)."""


def samples(path: Path) -> NDArray[np.int16]:
    """The sound of a stored phrase."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def likeness(recording: NDArray[np.int16], phrase: NDArray[np.int16], *, rate: int) -> float:
    """How much the most similar place of `recording` is like a piece of `phrase`; 1 is equal but
    for loudness. Both are of `rate` Hz."""
    size = round(PIECE * rate)
    heard = recording.astype(np.float64)
    if heard.size < size or phrase.size < size:
        return 0.0
    # Loudness of the recording under the piece, wherever that is laid.
    energy = np.cumsum(np.concatenate(([0.0], heard**2)))
    under = np.sqrt(energy[size:] - energy[:-size]) + 1.0
    best = 0.0
    for start in range(0, phrase.size - size + 1, size):
        piece = phrase[start : start + size].astype(np.float64)
        length = 1 << (heard.size + size - 1).bit_length()
        spectrum = np.fft.rfft(heard, length) * np.fft.rfft(piece, length).conj()
        found = np.fft.irfft(spectrum, length)[: under.size]
        best = max(best, float(np.max(found / under)) / (float(np.linalg.norm(piece)) + 1.0))
    return best
