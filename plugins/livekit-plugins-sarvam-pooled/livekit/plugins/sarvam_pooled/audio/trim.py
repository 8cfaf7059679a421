"""Silence at the ends of a Segment: encoder delay, encoder padding, and a voice's slow start.

An MP3 encoder puts 1105 samples in front of the speech and pads the last frame; a new encoder may
begin with every flush. Played as they are, the joins between Segments would have holes of 48 to
72 ms at 24 kHz, and of 144 to 216 ms at 8 kHz. Both ends are near silence, so they are found by
level, which also works for encoders that say nothing about their delay.

The result at a join (measured with LAME and with FFmpeg's LAME, at 8 to 24 kHz): sound that was cut
in mid-speech has a hole of 7 ms, and no steeper edge than its own ends. Speech that ends in silence
loses at most 22 ms of it (8 kHz: 66 ms), and no silence before it.

Only the ends of a Segment are trimmed. If the provider changes encoders within one response, the
hole inside it stays.
"""

from __future__ import annotations

from typing import Final

import numpy as np

SILENCE: Final = 160  # of 32767, about -46 dBFS: above codec noise, below soft consonants
PRE_ROLL: Final = 0.005  # seconds kept before the first loud sample: no onset is cut
FADE: Final = 0.002  # seconds of fading at a cut, against clicks

ENCODER_DELAY: Final = 1105
"""Samples before the sound of an MP3 stream: LAME's 576 and the decoder's 529 (documented by LAME,
measured at all of Sarvam's rates). FFmpeg's AAC has 1024."""

ENCODER_PADDING: Final = 622
"""Maximum of samples after the sound of an MP3 stream: 1151 to fill the last frame of 576, less
the decoder's 529 (measured: 47 to 622). FFmpeg's AAC has up to 1023, mostly less."""


def is_silent(pcm: bytes) -> bool:
    """Whether no sample of `pcm` is louder than silence."""
    samples = np.frombuffer(pcm, "<i2").astype(np.int32)
    return not samples.size or int(np.abs(samples).max()) <= SILENCE


def sounding(pcm: bytes) -> int:
    """Number of samples from the first to the last that is louder than silence."""
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)) > SILENCE)
    return int(loud[-1] - loud[0]) + 1 if loud.size else 0


class HeadTrim:
    """Drops the silence before the speech.

    Args:
        sample_rate: Hz.
        limit: Maximum of seconds that are dropped; 0 drops nothing.
    """

    def __init__(self, *, sample_rate: int, limit: float) -> None:
        self._pre_roll = int(PRE_ROLL * sample_rate) * 2
        self._fade = int(FADE * sample_rate)
        self._limit = round(limit * sample_rate) * 2
        # The silence so far, which may prove to be all audio; None once the speech has started.
        self._held: bytearray | None = bytearray() if self._limit else None

    def feed(self, pcm: bytes) -> bytes:
        """The part of `pcm` (complete samples) that may be played."""
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
        """The held silence, if no speech came: it is an intended pause."""
        held, self._held = self._held, None
        return bytes(held or b"")

    def _begin(self, start: int) -> bytes:
        held, self._held = bytes(self._held or b""), None
        return fade_in(held[start:], self._fade) if start else held


class TailTrim:
    """Drops the encoder's padding after the speech, and fades the sound out there.

    Silence at the end of the audio so far is held until more comes; sound is never held.

    Args:
        sample_rate: Hz.
        limit: Maximum of seconds that are held and, at the end, dropped; 0 drops nothing.
    """

    def __init__(self, *, sample_rate: int, limit: float) -> None:
        self._limit = round(limit * sample_rate) * 2
        self._fade = int(FADE * sample_rate)
        self._held = b""

    def feed(self, pcm: bytes) -> bytes:
        """The part of the held audio and `pcm` (complete samples) that may be played."""
        if not self._limit:
            return pcm
        data = self._held + pcm
        loud = np.flatnonzero(np.abs(np.frombuffer(data, "<i2").astype(np.int32)) > SILENCE)
        quiet_from = (int(loud[-1]) + 1) * 2 if loud.size else 0
        cut = max(quiet_from, len(data) - self._limit)
        self._held = data[cut:]
        return data[:cut]

    def flush(self) -> bytes:
        """End the Segment: the held audio is padding, except 2 ms that fade out."""
        held, self._held = self._held, b""
        return fade_out(held, self._fade)


def fade_in(pcm: bytes, samples: int) -> bytes:
    """`pcm` with its first `samples` samples rising from silence."""
    data = np.frombuffer(pcm, "<i2")
    count = min(samples, data.size)
    if not count:
        return pcm
    faded = data.copy()
    faded[:count] = (data[:count] * np.linspace(0, 1, count, endpoint=False)).astype("<i2")
    return faded.tobytes()


def fade_out(pcm: bytes, samples: int) -> bytes:
    """The first `samples` samples of `pcm`, falling silent."""
    data = np.frombuffer(pcm, "<i2")[:samples]
    return (data * np.linspace(1, 0, data.size + 1)[1:]).astype("<i2").tobytes()
