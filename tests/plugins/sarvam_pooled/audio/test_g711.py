"""mu-law and A-law: each byte is one sample, and a header is none."""

from __future__ import annotations

import itertools

import av
import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.decoder import make_decoder

from sandbox.voice.encoders import wav_header

from .sound import RATE, by_byte, decode, samples


def play(codec: str, pieces: list[bytes]) -> bytes:
    return decode(make_decoder(codec, sample_rate=RATE), pieces)


def reference(codec: str, data: bytes) -> bytes:
    """FFmpeg's G.711."""
    context = av.AudioCodecContext.create(f"pcm_{codec}", "r")
    context.sample_rate, context.layout = 8000, "mono"
    frames = context.decode(av.Packet(data))
    return b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in frames)


@pytest.mark.parametrize("codec", ["mulaw", "alaw"])
def test_g711_is_as_ffmpeg_has_it(codec: str) -> None:
    """All 256 codes."""
    codes = bytes(range(256))
    assert play(codec, [codes]) == reference(codec, codes)


@pytest.mark.parametrize(
    ("codec", "code", "sample"),
    [
        ("mulaw", 0xFF, 0),
        ("mulaw", 0x7F, 0),
        ("mulaw", 0x80, 32124),
        ("mulaw", 0x00, -32124),
        ("mulaw", 0xFE, 8),
        ("alaw", 0xD5, 8),
        ("alaw", 0x55, -8),
        ("alaw", 0xAA, 32256),
        ("alaw", 0x2A, -32256),
    ],
)
def test_g711_has_the_values_of_the_standard(codec: str, code: int, sample: int) -> None:
    """ITU-T G.711's ends and middles, on 16 bits."""
    assert samples(play(codec, [bytes([code])])).tolist() == [sample]


@pytest.mark.parametrize("codec", ["mulaw", "alaw"])
def test_g711_takes_any_cuts_and_headers(codec: str) -> None:
    """Each byte is a sample; a header would be a loud click."""
    codes = bytes(itertools.islice(itertools.cycle(range(251)), 1001))
    header = wav_header(8000, format_tag=7, bits=8)
    for stream in (codes, header + codes, header + codes[:333] + header + codes[333:]):
        assert play(codec, [stream]) == play(codec, by_byte(stream)) == play(codec, [codes])


def test_the_reference_itself_has_two_signs() -> None:
    """The table that is compared with is no table of zeros."""
    heard = samples(reference("mulaw", bytes(range(256))))
    assert heard.min() == -32124
    assert heard.max() == 32124
    assert np.unique(heard).size == 255
