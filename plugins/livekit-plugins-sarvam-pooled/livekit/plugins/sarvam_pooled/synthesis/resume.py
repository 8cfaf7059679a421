"""Finds the place at which a second Attempt at a Segment continues the one that broke off.

The caller has heard the beginning. The second Attempt speaks the whole Segment, and its beginning
is left out. No word should be repeated or lost:

- If the voice says it identically, the last sound that was heard is found in the new audio, close
  to where it should be, and the new audio continues right after it.
- A generative voice says it differently. Then the new audio continues at the quietest place near
  the same time: a gap between words if there is one. This is approximate; it may lose or repeat
  part of a word.

Pure: PCM in, PCM out. `feed` returns nothing until enough has come to decide.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio.trim import FADE, fade_in

MATCH: Final = 0.04  # seconds of the old audio to find
REACH: Final = 0.25  # seconds around the same time in which to look
QUIET: Final = 0.02  # seconds over which loudness is averaged
ALIKE: Final = 0.95  # correlation from which it is the same sound


class Resume:
    """Leaves out of an Attempt what was heard of an earlier one.

    Args:
        heard: All PCM of the Segment that was passed on.
        sample_rate: Hz.
    """

    def __init__(self, heard: bytes, *, sample_rate: int) -> None:
        self._rate = sample_rate
        self._heard = np.frombuffer(heard, "<i2")
        self._needed = self._heard.size + int(REACH * sample_rate)
        # The new audio until the place is found; None afterwards.
        self._held: bytearray | None = bytearray()

    def feed(self, pcm: bytes) -> bytes:
        """PCM of the new Attempt that may be played."""
        if self._held is None:
            return pcm
        self._held += pcm
        if len(self._held) // 2 < self._needed:
            return b""
        return self._continue()

    def flush(self) -> bytes:
        """The rest, when the new Attempt is complete."""
        return self._continue() if self._held is not None else b""

    def _continue(self) -> bytes:
        new = np.frombuffer(bytes(self._held or b""), "<i2")
        self._held = None
        place = self._same_sound(new)
        if place is not None:
            return new[place:].tobytes()
        place = self._quietest(new)
        return fade_in(new[place:].tobytes(), int(FADE * self._rate))

    def _window(self, new: NDArray[np.int16]) -> tuple[int, int]:
        reach = int(REACH * self._rate)
        return max(0, self._heard.size - reach), min(new.size, self._heard.size + reach)

    def _same_sound(self, new: NDArray[np.int16]) -> int | None:
        """The sample of `new` after the last sound heard, if that is found."""
        last = self._heard[-int(MATCH * self._rate) :].astype(np.float64)
        low, high = self._window(new)
        low = max(0, low - last.size)
        part = new[low:high].astype(np.float64)
        energy = float(last @ last)
        if part.size < last.size or energy < last.size:
            return None
        products = np.correlate(part, last, "valid")
        squares = np.concatenate(([0.0], np.cumsum(part * part)))
        norms = np.sqrt((squares[last.size :] - squares[: -last.size]) * energy)
        alike = np.divide(products, norms, out=np.zeros_like(products), where=norms > 0)
        # Periodic sounds match at every period: take the nearest in time.
        good = np.flatnonzero(alike >= max(ALIKE, float(alike.max()) - 0.001))
        if not good.size:
            return None
        ends = good + low + last.size
        return int(ends[np.argmin(np.abs(ends - self._heard.size))])

    def _quietest(self, new: NDArray[np.int16]) -> int:
        low, high = self._window(new)
        width = int(QUIET * self._rate)
        if high - low <= width:
            return min(self._heard.size, new.size)
        loudness = np.abs(new[low:high].astype(np.int32))
        sums = np.concatenate(([0], np.cumsum(loudness)))
        averages = sums[width:] - sums[:-width]
        # Of equally quiet places, the nearest in time.
        quiet = np.flatnonzero(averages <= averages.min() * 1.05 + width)
        places = quiet + low + width // 2
        return int(places[np.argmin(np.abs(places - self._heard.size))])
