"""The loudness of a voice: a stored phrase joins live speech at its level.

A generative voice speaks each text a little louder or softer; over a telephone a difference
of 3 dB between two sentences is noticeable. Only the level is matched, never the dynamics within a
phrase.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

_FRAME: Final = 480  # samples: 20 ms at 24 kHz
# Below this share of the loudest frame, a frame is a pause.
_VOICED_SHARE: Final = 0.1
# A larger difference is intended: a whisper, an exclamation. It is reduced by no more than this.
_MAX_GAIN_DB: Final = 4.0
# Share of the newest Segment in the running level.
_NEWEST_WEIGHT: Final = 0.3


def voiced_rms(pcm: bytes) -> float:
    """Root mean square of the voiced frames of s16le PCM, 0 for silence."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    count = samples.size // _FRAME
    if not count:
        return 0.0
    power = np.square(samples[: count * _FRAME].reshape(count, _FRAME)).mean(axis=1)
    loudest = float(power.max())
    if loudest <= 1.0:
        return 0.0
    return math.sqrt(float(power[power > loudest * _VOICED_SHARE**2].mean()))


class Loudness:
    """The running level of one voice."""

    def __init__(self) -> None:
        self._rms = 0.0

    def observe(self, pcm: bytes) -> None:
        """Learn the level of a Segment that was synthesised."""
        rms = voiced_rms(pcm)
        if rms:
            self._rms = rms if not self._rms else self._rms + _NEWEST_WEIGHT * (rms - self._rms)

    def match(self, pcm: bytes) -> bytes:
        """`pcm` at the running level: at most 4 dB louder or softer, and never clipped. Unchanged
        until a Segment was synthesised."""
        rms = voiced_rms(pcm)
        if not rms or not self._rms:
            return pcm
        limit = 10 ** (_MAX_GAIN_DB / 20)
        gain = min(max(self._rms / rms, 1 / limit), limit)
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        gain = min(gain, 32767 / float(np.abs(samples).max()))
        return (samples * gain).round().astype("<i2").tobytes()
