"""The caller's last voiced sample, from the audio: the zero of every Turn.

The framework's own estimate is the VAD's, which trails the sound by a window or more. Here a 5 ms
block is loud when its energy is 12 dB over the noise floor: the measure by which recordings of
calls are judged as well (`sandbox/caller/timing.py`), so that both speak of the same instant.

- The floor is the quietest block of the last seconds, so steady noise is learnt within `_FLOOR`
  seconds of its beginning, and speech, which has quiet blocks between syllables, never is.
- A sound counts when it has been loud for `_SHORTEST` seconds, pauses up to `_CLOSURE` within it
  not counted: a click is too short, the release of a stop after a word is part of that word.

Frames come late and in bursts, never early. The time of a sample is therefore taken from the least
delayed frame of the last seconds, and an instant that was asked for while a frame was late is
corrected when the next ones tell.

Pure: frames and `now` in, instants on the same clock out. A 10 ms frame costs some 7 us
(`python -m bench overhead` measures it).
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 0.005
"""Seconds over which energy is taken: one period of a 200 Hz voice."""
_QUIETEST: Final = 100.0**2
"""No block below this mean square (-50 dBFS) is loud: idle noise of a decoder is no speech."""
_ABOVE_FLOOR: Final = 16.0  # Energies: 12 dB.
_SHORTEST: Final = 0.03
_CLOSURE: Final = 0.1
_PAUSE: Final = 0.35
"""Seconds of silence that part what is said before it from what is said after it."""
_FLOOR: Final = 3.0
_GAP: Final = 0.5
"""Seconds from which a late frame means that there was no sound for a while, not a slow machine."""


class Voiced:
    """Listens to one track.

    Args:
        sample_rate: Hz of its frames, s16 mono.
    """

    def __init__(self, *, sample_rate: int) -> None:
        self._rate = sample_rate
        self._block = round(sample_rate * BLOCK)
        self._rest = np.empty(0, np.int16)
        self._heard = 0  # Samples judged so far.
        self._floor = _Lowest(span=_FLOOR)
        self._clock = _Lowest(span=_FLOOR)
        # Of the sound that is going on, in samples: its beginning, its last loud one, its length.
        self._begun = self._last = -math.inf
        self._loud = 0
        # Of what counted as sound.
        self._first_voiced: float | None = None
        self._last_voiced: float | None = None

    @property
    def ended(self) -> float | None:
        """The last voiced sample so far; None before the first."""
        return None if self._last_voiced is None else self._time(self._last_voiced)

    @property
    def began(self) -> float | None:
        """The first voiced sample since the last pause."""
        return None if self._first_voiced is None else self._time(self._first_voiced)

    def feed(self, frame: bytes | bytearray | memoryview, now: float) -> None:
        """Hear one frame, of any length, that has come at `now` seconds."""
        samples = np.frombuffer(frame, np.int16)
        if self._rest.size:
            samples = np.concatenate((self._rest, samples))
        size = self._block
        blocks = samples.size // size
        behind = now - (self._heard + samples.size) / self._rate
        if behind - self._clock.value > _GAP:
            # Counted as silence, so that what was heard before it stays where it was.
            self._heard += round((behind - self._clock.value) * self._rate)
            behind = self._clock.value
        self._clock.add(behind, at=now)
        if blocks:
            for energy in _energies(samples[: blocks * size], size):
                self._judge(energy)
        self._rest = samples[blocks * size :].copy()

    def _judge(self, energy: float) -> None:
        start, self._heard = self._heard, self._heard + self._block
        end = self._heard
        floor = self._floor.add(energy, at=end / self._rate)
        if energy < max(_QUIETEST, floor * _ABOVE_FLOOR):
            return
        if start - self._last > _CLOSURE * self._rate:
            self._begun, self._loud = start, 0
        self._last = end
        self._loud += self._block
        if self._loud >= _SHORTEST * self._rate:
            self._count()

    def _count(self) -> None:
        """The sound that is going on is long enough to be speech."""
        pause = _PAUSE * self._rate
        if self._last_voiced is None or self._begun - self._last_voiced > pause:
            self._first_voiced = self._begun
        self._last_voiced = self._last

    def _time(self, sample: float) -> float:
        return self._clock.value + sample / self._rate


class _Lowest:
    """The lowest value of about the last `span` seconds, in constant time.

    Values are kept as the lowest of each quarter of the span.
    """

    def __init__(self, *, span: float) -> None:
        self._quarter = span / 4
        self._lows: deque[float] = deque([math.inf], maxlen=4)
        self._until = -math.inf
        self.value = math.inf

    def add(self, value: float, *, at: float) -> float:
        """Add a value of an instant in seconds; returns the lowest."""
        if at >= self._until:
            self._lows.append(value)
            self._until = at + self._quarter
            self.value = min(self._lows)
        elif value < self._lows[-1]:
            self._lows[-1] = value
            self.value = min(self.value, value)
        return self.value


def _energies(samples: NDArray[np.int16], size: int) -> list[float]:
    """The mean square of each block."""
    blocks = samples.reshape(-1, size).astype(np.float32)
    energies: list[float] = (np.einsum("ij,ij->i", blocks, blocks) / size).tolist()
    return energies
