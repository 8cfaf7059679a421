"""The caller's last voiced sample, from the audio: the origin of every Turn.

The VAD trails the sound by some 65 ms, by 0 to 150. It gives the approximate instant; the levels of
the audio around it give the exact one (`edges`).

Frames come late and in bursts, never early. The time of a sample is therefore taken from the least
delayed frame of the last seconds, and a muted track counts as silence.

This module is pure: frames and `now` in, instants on the same clock out. A frame costs some 5 us,
finding a boundary some 0.1 ms (`python -m bench overhead` measures both).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .edges import BLOCK, Levels, beginning_of_speech, end_of_speech

_KEPT: Final = 4.0
"""Seconds of levels that are kept: the VAD's silence, 2 at most, and the utterance before it."""
_BEFORE: Final = 0.5
"""Seconds before the VAD's first window that are looked at, to know the noise and the beginning."""
_LAG_WINDOW: Final = 3.0
"""Seconds in which one punctual frame shows how late the others are."""
_GAP: Final = 0.5
"""Seconds from which a late frame means that there was no sound for a while, not a slow machine."""
_FLOOR: Final = 1e-3
"""Mean square of digital silence: the logarithm of 0 is undefined."""


class SpeechBoundary:
    """Listens to one track.

    Args:
        sample_rate: Hz of its frames, s16 mono.
    """

    def __init__(self, *, sample_rate: int) -> None:
        self._rate = sample_rate
        self._block = round(sample_rate * BLOCK)
        self._rest = np.empty(0, np.int16)
        self._heard = 0  # Samples of which the energies are known.
        self._energies: deque[float] = deque(maxlen=round(_KEPT / BLOCK))
        self._clock = _Lowest(span=_LAG_WINDOW)

    def feed(self, frame: bytes | bytearray | memoryview, now: float) -> None:
        """Take one frame, of any length, that came at `now` seconds."""
        samples = np.frombuffer(frame, np.int16)
        if self._rest.size:
            samples = np.concatenate((self._rest, samples))
        size = self._block
        blocks = samples.size // size
        behind = now - (self._heard + samples.size) / self._rate
        if behind - self._clock.value > _GAP:
            # Counted as silence, so that what was heard before it stays where it was.
            silent = round((behind - self._clock.value) * self._rate / size)
            self._energies.extend([0.0] * min(silent, self._energies.maxlen or 0))
            self._heard += silent * size
            behind = self._clock.value
        self._clock.add(behind, at=now)
        if blocks:
            self._energies.extend(_energies(samples[: blocks * size], size))
            self._heard += blocks * size
        self._rest = samples[blocks * size :].copy()

    def ended(self, *, since: float, until: float) -> float | None:
        """Find the last voiced sample of an utterance that the VAD has seen end.

        Args:
            since: Start of the first window in which the VAD detected speech.
            until: End of the last such window.

        Returns:
            None if it cannot be distinguished from the noise.
        """
        first = self._first(since)
        end = end_of_speech(self._levels()[first:], self._index(until) - first)
        return None if end is None else self._time(first + end)

    def began(self, *, since: float) -> float | None:
        """Find the first voiced sample of an utterance in progress.

        Args:
            since: Start of the first window in which the VAD detected speech.

        Returns:
            None if it cannot be distinguished from the noise.
        """
        first = self._first(since)
        begin = beginning_of_speech(self._levels()[first:], self._index(since) - first)
        return None if begin is None else self._time(first + begin)

    def _first(self, since: float) -> int:
        """Index of the first block of an utterance to look at."""
        return max(0, self._index(since) - round(_BEFORE / BLOCK))

    def _levels(self) -> Levels:
        """dB of the blocks that are kept."""
        energies = np.fromiter(self._energies, np.float32, len(self._energies))
        levels: Levels = 10 * np.log10(np.maximum(energies, np.float32(_FLOOR)))
        return levels

    def _time(self, index: int) -> float:
        """The instant at which the kept block with this index began."""
        sample = self._heard - (len(self._energies) - index) * self._block
        return self._clock.value + sample / self._rate

    def _index(self, time: float) -> int:
        """Index of the block that begins at an instant; after the last, the index behind it."""
        if not self._energies:
            return 0
        blocks = round((time - self._time(0)) * self._rate / self._block)
        return min(max(blocks, 0), len(self._energies))


class _Lowest:
    """The lowest value of about the last `span` seconds, in constant time.

    Values are kept as the lowest of each quarter of the span.
    """

    def __init__(self, *, span: float) -> None:
        self._quarter = span / 4
        self._lows: deque[float] = deque([math.inf], maxlen=4)
        self._until = -math.inf
        self.value = math.inf

    def add(self, value: float, *, at: float) -> None:
        """Add a value of an instant in seconds."""
        if at >= self._until:
            self._lows.append(value)
            self._until = at + self._quarter
            self.value = min(self._lows)
        elif value < self._lows[-1]:
            self._lows[-1] = value
            self.value = min(self.value, value)


def _energies(samples: NDArray[np.int16], size: int) -> list[float]:
    """The variance of each block: a rumble slower than a block is not a voice."""
    blocks = samples.reshape(-1, size).astype(np.float32)
    means = blocks.sum(1) / size
    squares = np.einsum("ij,ij->i", blocks, blocks) / size
    energies: list[float] = (squares - means * means).tolist()
    return energies
