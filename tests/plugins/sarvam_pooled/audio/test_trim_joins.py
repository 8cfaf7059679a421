"""Neighbouring Segments of real encoders, each with its own delay, joined as a reply joins them.

Each half of a sound goes through an encoder, a decoder and the trimming of its ends. What is
between the two halves is then measured: samples too many (a hole) or too few (a pause of the
voice's own cut short), and the steepest edge (a click).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.decoder import Decoder
from livekit.plugins.sarvam_pooled.audio.mp3 import Mp3Decoder
from livekit.plugins.sarvam_pooled.audio.pyav import PyAvMp3Decoder
from livekit.plugins.sarvam_pooled.audio.trim import ENCODER_DELAY, SILENCE
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler

from sandbox.voice import speak

from .sound import RATE, RATES, decode, ffmpeg, lame, samples, silence, sine

Encode = Callable[..., bytes]
Make = Callable[[int], Decoder]


@dataclass(frozen=True)
class Join:
    """Measurements at a join of two Segments."""

    untrimmed_ms: float
    """Silence that encoder and decoder put between them."""
    left_ms: float
    """By how much they are further apart than before: a hole, or the encoder's smear of the cut.
    Less than 0 is a pause of the voice's own cut short."""
    hole_ms: float
    """Of it, what is silent, beyond the silence that was there before."""
    edge: int
    """Steepest step between two samples, of 32767, around the join."""


def segment(pcm: bytes, *, rate: int) -> bytes:
    """A decoded Segment in mid-reply, trimmed."""
    heard = bytearray()
    assembler = SegmentAssembler(
        heard.extend, sample_rate=rate, first=False, trim_silence=0.3, lossy=True
    )
    assembler.begin()
    for start in range(0, len(pcm), 1000):
        assembler.feed(pcm[start : start + 1000])
    assembler.end()
    return bytes(heard)


def join(first: bytes, second: bytes, *, encode: Encode, make: Make, rate: int) -> Join:
    """Both sounds through encoder, decoder and trimming, one behind the other."""
    a, b = (decode(make(rate), [encode(part, rate=rate)]) for part in (first, second))
    a_padding = (len(a) - len(first)) // 2 - ENCODER_DELAY
    a_heard, b_heard = segment(a, rate=rate), segment(b, rate=rate)
    # Samples behind the first sound's own end, and in front of the second one's own beginning.
    behind = _front(a, a_heard, rate) + len(a_heard) // 2 - ENCODER_DELAY - len(first) // 2
    in_front = ENCODER_DELAY - _front(b, b_heard, rate)
    around = samples(a_heard[-rate // 50 * 2 :] + b_heard[: rate // 50 * 2])
    return Join(
        untrimmed_ms=(a_padding + ENCODER_DELAY) / rate * 1000,
        left_ms=(behind + in_front) / rate * 1000,
        hole_ms=(_silence(a_heard, b_heard) - _silence(first, second)) / rate * 1000,
        edge=int(np.abs(np.diff(around)).max()),
    )


def _silence(first: bytes, second: bytes) -> int:
    """Samples of silence where the two meet."""
    before = np.flatnonzero(np.abs(samples(first)) > SILENCE)
    after = np.flatnonzero(np.abs(samples(second)) > SILENCE)
    return len(first) // 2 - 1 - int(before[-1]) + int(after[0])


def _front(whole: bytes, heard: bytes, rate: int) -> int:
    """Samples cut in front: where a stretch behind the fade-in is found again."""
    skip = rate // 100 * 2
    probe = heard[skip : skip + rate // 5 * 2]
    return (whole.index(probe) - skip) // 2


encoders = pytest.mark.parametrize(
    "encode",
    [lame, ffmpeg, functools.partial(ffmpeg, info=False, tag=False)],
    ids=["LAME", "FFmpeg file", "FFmpeg stream"],
)
decoders = pytest.mark.parametrize("make", [Mp3Decoder, PyAvMp3Decoder], ids=["mpg123", "PyAV"])


@encoders
@decoders
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("periods", [200, 210, 223, 200.25])
def test_a_tone_cut_in_two_has_a_hole_of_7_ms(
    encode: Encode, make: Make, rate: int, periods: float
) -> None:
    """47 to 216 ms without trimming; a millisecond more of smear if it is cut at its peak.

    No edge is steeper than the tone's own and that of the cut itself.
    """
    tone = sine(1.0, rate=rate)
    place = round(periods / 440 * rate)
    seen = join(tone[: place * 2], tone[place * 2 :], encode=encode, make=make, rate=rate)
    assert 47 < seen.untrimmed_ms < 216
    assert 6.8 < seen.hole_ms < 7.1
    assert 6.8 < seen.left_ms < (7.3 if isinstance(periods, int) else 8.3)
    steepest = int(np.abs(np.diff(samples(tone))).max())
    assert seen.edge < 1.2 * steepest + abs(int(samples(tone)[place]))


@encoders
@decoders
@pytest.mark.parametrize("rate", [8000, 24000])
async def test_speech_keeps_its_own_pause(encode: Encode, make: Make, rate: int) -> None:
    """Sentences that end and begin in silence: 622 samples of it are lost at most, none added."""
    one = await speak("The clinic is open.", sample_rate=rate) + silence(0.15, rate=rate)
    two = silence(0.05, rate=rate) + await speak("Doctor Rao is in today.", sample_rate=rate)
    seen = join(one, two, encode=encode, make=make, rate=rate)
    assert -(622 - 47) / rate * 1000 - 0.1 <= seen.left_ms <= 2.1
    assert seen.edge <= 200


SHARES = [0.2, 0.35, 0.5, 0.65, 0.8]


async def _halves(share: float) -> tuple[bytes, bytes, int]:
    """A sentence cut in two, and its steepest edge."""
    speech = await speak("Doctor Rao is in today until one, and the fee is five hundred rupees.")
    place = round(len(speech) // 2 * share) * 2
    return speech[:place], speech[place:], int(np.abs(np.diff(samples(speech))).max())


@encoders
@decoders
@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("bitrate", [32_000, 128_000])
async def test_speech_cut_in_two_is_smeared_but_not_broken(
    encode: Encode, make: Make, share: float, bitrate: int
) -> None:
    """In mid-word or in a pause: no edge is steeper than the speech's own.

    An encoder smears a sudden end or beginning, over 45 ms at 32 kbit/s (measured: 7 ms apart in
    most places, 48 at most); that is sound, and is not cut. A pause loses 24 ms at most.
    """
    speech = await speak("Doctor Rao is in today until one, and the fee is five hundred rupees.")
    place = round(len(speech) // 2 * share) * 2
    encode = functools.partial(encode, bitrate=bitrate)
    seen = join(speech[:place], speech[place:], encode=encode, make=make, rate=RATE)
    assert -24 < seen.left_ms < 62
    assert seen.edge < int(np.abs(np.diff(samples(speech))).max())
