"""A sound that identifies its text: three tones chosen by the text. Pure.

A voice cannot be matched to its text cheaply; tones can. The three frequencies are in separate
bands of 64 steps each, so two texts share all three once in 262144.

`tone` is one sound for a whole text. `word_tones` has one for each word, the same in every text, so
it identifies the words however a client cut the text.
"""

from __future__ import annotations

import hashlib
import unicodedata

import numpy as np
import numpy.typing as npt

# Joiners belong to their word.
_JOINERS = "\u200c\u200d"
# Characters per second at pace 1, about the rate of Sarvam's voices (inferred).
CHARACTERS_PER_SECOND = 14.0
# Long enough to be recognised, even for a text of one character.
_SHORTEST_SECONDS = 0.15
# All below 4 kHz, for telephone rates, and apart, so that each has its own peak.
BANDS_HZ = (300.0, 1100.0, 1900.0)
STEP_HZ = 10.0
STEPS = 64
AMPLITUDE = 6000
"""Of each of the three tones."""
_FADE_SECONDS = 0.005

Signature = tuple[int, int, int]
"""The step (0 to 63) of each of the three tones."""


def signature_of(text: str) -> Signature:
    """The tones of `text`."""
    digest = hashlib.sha256(text.encode()).digest()
    return digest[0] % STEPS, digest[1] % STEPS, digest[2] % STEPS


def tone(text: str, *, pace: float = 1.0, sample_rate: int = 24000) -> bytes:
    """The tones of `text` as signed 16-bit mono PCM, as long as the text takes to speak.

    Empty for a text without a letter or a digit, like a voice.
    """
    if not any(map(str.isalnum, text)):
        return b""
    return _sound(text, len(text) / CHARACTERS_PER_SECOND / pace, sample_rate)


def word_tones(text: str, *, pace: float = 1.0, sample_rate: int = 24000) -> bytes:
    """The tones of each word of `text` in turn, as signed 16-bit mono PCM."""
    return b"".join(
        _sound(word, word_seconds(word) / pace, sample_rate) for word in spoken_words(text)
    )


def spoken_words(text: str) -> list[str]:
    """The words of `text`: runs of letters, marks and digits; the rest is silent."""
    kept = (
        character if character in _JOINERS or unicodedata.category(character)[0] in "LMN" else " "
        for character in text
    )
    return "".join(kept).split()


def word_seconds(word: str) -> float:
    """Seconds of `word` at pace 1, with the space after it."""
    return max((len(word) + 1) / CHARACTERS_PER_SECOND, _SHORTEST_SECONDS)


def _sound(text: str, seconds: float, sample_rate: int) -> bytes:
    count = round(max(seconds, _SHORTEST_SECONDS) * sample_rate)
    times = np.arange(count) / sample_rate
    sound = np.zeros(count)
    for band, step in zip(BANDS_HZ, signature_of(text), strict=True):
        sound += np.sin(2 * np.pi * (band + step * STEP_HZ) * times)
    fade = np.minimum(1.0, np.minimum(times, times[::-1]) / _FADE_SECONDS)
    pcm: bytes = (sound * fade * AMPLITUDE).astype("<i2").tobytes()
    return pcm


def signature(pcm: bytes, *, sample_rate: int) -> Signature | None:
    """The tones in a piece of PCM, from 0.15 s of one text on; None if there are none."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    if samples.size < 0.1 * sample_rate:
        return None
    # Padded with zeros to a second, so that bins are as fine as the tones.
    points = max(sample_rate, samples.size)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), points))
    width = points / sample_rate
    first, second, third = (_peak(spectrum, band, width) for band in BANDS_HZ)
    if first is None or second is None or third is None:
        return None
    return first, second, third


def _peak(spectrum: npt.NDArray[np.float64], band: float, width: float) -> int | None:
    low = round(width * (band - STEP_HZ))
    part = spectrum[low : round(width * (band + STEPS * STEP_HZ))]
    highest = int(np.argmax(part))
    if part[highest] < 10 * np.median(part) + 1:
        return None
    step = round(((low + highest) / width - band) / STEP_HZ)
    return step if 0 <= step < STEPS else None
