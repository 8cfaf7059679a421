"""Silence at the ends of a Segment: encoder delay, encoder padding, and a voice's slow start.

An MP3 encoder puts about 1105 samples (LAME: 576 of its own, 529 of the decoder) in front of the
speech and pads the last frame; a new encoder may begin with every flush. Played as they are, the
joins between Segments would have holes of 50 to 100 ms. Both ends are near silence, so they are
found by level, which also works for codecs and encoders that say nothing about their delay.
"""

from __future__ import annotations

from typing import Final

import numpy as np

SILENCE: Final = 160  # of 32767, about -46 dBFS: above codec noise, below soft consonants
PRE_ROLL: Final = 0.005  # seconds kept in front of the first loud sample, so that no onset is cut
FADE: Final = 0.002  # seconds of fade-in after a cut, so that the cut makes no click


def is_silent(pcm: bytes) -> bool:
    """Whether no sample of `pcm` is louder than silence."""
    samples = np.frombuffer(pcm, "<i2").astype(np.int32)
    return not samples.size or int(np.abs(samples).max()) <= SILENCE


class HeadTrim:
    """Drops the silence in front of the speech.

    Args:
        sample_rate: Hz.
        limit: Seconds dropped at most; 0 passes everything on.
    """

    def __init__(self, *, sample_rate: int, limit: float) -> None:
        self._pre_roll = int(PRE_ROLL * sample_rate) * 2
        self._fade = int(FADE * sample_rate)
        self._limit = int(limit * sample_rate) * 2
        # Silence that may still turn out to be all there is; None once the speech began.
        self._held: bytearray | None = bytearray() if self._limit else None
        self._seen = 0
        # Bytes dropped.
        self.dropped = 0

    def feed(self, pcm: bytes) -> bytes:
        """What may be played of `pcm` (whole samples)."""
        if self._held is None:
            return pcm
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)) > SILENCE)
        self._held += pcm
        if loud.size:
            start = max(0, len(self._held) - len(pcm) + int(loud[0]) * 2 - self._pre_roll)
            return self._begin(min(start, self._limit))
        if len(self._held) > self._limit + self._pre_roll:
            return self._begin(self._limit)
        return b""

    def flush(self) -> bytes:
        """All that was held, if no speech ever came: it is somebody's pause."""
        held, self._held = self._held, None
        return bytes(held or b"")

    def _begin(self, start: int) -> bytes:
        held, self._held = bytes(self._held or b""), None
        self.dropped = start
        return fade_in(held[start:], self._fade) if start else held


class TailTrim:
    """Drops the encoder's padding after the speech.

    Silence at the end of what has come so far is held until more comes, which nobody can hear;
    sound is never held.

    Args:
        sample_rate: Hz.
        limit: Seconds held and, at the end, dropped at most; 0 passes everything on.
    """

    def __init__(self, *, sample_rate: int, limit: float) -> None:
        self._limit = int(limit * sample_rate) * 2
        self._held = b""

    def feed(self, pcm: bytes) -> bytes:
        """What may be played of `pcm` (whole samples) and of what was held before."""
        if not self._limit:
            return pcm
        data = self._held + pcm
        loud = np.flatnonzero(np.abs(np.frombuffer(data, "<i2").astype(np.int32)) > SILENCE)
        quiet_from = (int(loud[-1]) + 1) * 2 if loud.size else 0
        cut = max(quiet_from, len(data) - self._limit)
        self._held = data[cut:]
        return data[:cut]

    def flush(self) -> bytes:
        """The Segment is complete: what is held is padding."""
        self._held = b""
        return b""


def fade_in(pcm: bytes, samples: int) -> bytes:
    """`pcm` with its first `samples` samples rising from silence."""
    data = np.frombuffer(pcm, "<i2")
    count = min(samples, data.size)
    if not count:
        return pcm
    faded = data.copy()
    faded[:count] = (data[:count] * np.linspace(0, 1, count, endpoint=False)).astype("<i2")
    return faded.tobytes()
