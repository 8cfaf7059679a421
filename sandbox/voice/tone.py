"""A sound that tells which text it came from: three tones chosen by the text. Pure.

A voice cannot be matched to its text cheaply; this can. The three frequencies lie in bands of
their own, 64 steps each, so that two texts share all three once in 262144.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

# Characters a second at pace 1, about the rate of Sarvam's voices (inferred).
CHARACTERS_PER_SECOND = 14.0
# A text of one character still sounds long enough to be recognised.
_SHORTEST_SECONDS = 0.15
# All below 4 kHz, so that they survive telephone rates, and apart, so that each has its own peak.
_BANDS_HZ = (300.0, 1100.0, 1900.0)
_STEP_HZ = 10.0
_STEPS = 64
_AMPLITUDE = 6000
_FADE_SECONDS = 0.005

Signature = tuple[int, int, int]
"""The step (0 to 63) of each of the three tones."""


def signature_of(text: str) -> Signature:
    """The tones that stand for `text`."""
    digest = hashlib.sha256(text.encode()).digest()
    return digest[0] % _STEPS, digest[1] % _STEPS, digest[2] % _STEPS


def tone(text: str, *, pace: float = 1.0, sample_rate: int = 24000) -> bytes:
    """The tones of `text` as signed 16-bit mono PCM, as long as its characters take to say.

    Empty for a text without a letter or a digit, as a voice would be.
    """
    if not any(map(str.isalnum, text)):
        return b""
    seconds = max(len(text) / CHARACTERS_PER_SECOND / pace, _SHORTEST_SECONDS)
    count = round(seconds * sample_rate)
    times = np.arange(count) / sample_rate
    sound = np.zeros(count)
    for band, step in zip(_BANDS_HZ, signature_of(text), strict=True):
        sound += np.sin(2 * np.pi * (band + step * _STEP_HZ) * times)
    fade = np.minimum(1.0, np.minimum(times, times[::-1]) / _FADE_SECONDS)
    pcm: bytes = (sound * fade * _AMPLITUDE).astype("<i2").tobytes()
    return pcm


def signature(pcm: bytes, *, sample_rate: int) -> Signature | None:
    """The tones heard in a piece of PCM, from 0.15 s of one text; None if it holds no tone."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    if samples.size < 0.1 * sample_rate:
        return None
    # Padded with zeros to a second, so that the highest bin is the tone's own frequency.
    points = max(sample_rate, samples.size)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), points))
    width = points / sample_rate
    first, second, third = (_peak(spectrum, band, width) for band in _BANDS_HZ)
    if first is None or second is None or third is None:
        return None
    return first, second, third


def _peak(spectrum: npt.NDArray[np.float64], band: float, width: float) -> int | None:
    low = round(width * (band - _STEP_HZ))
    part = spectrum[low : round(width * (band + _STEPS * _STEP_HZ))]
    highest = int(np.argmax(part))
    if part[highest] < 10 * np.median(part) + 1:
        return None
    step = round(((low + highest) / width - band) / _STEP_HZ)
    return step if 0 <= step < _STEPS else None
