"""Samples with RIFF headers anywhere and cuts anywhere: linear16 and WAV."""

from __future__ import annotations

import struct

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.audio.decoder import make_decoder
from livekit.plugins.sarvam_pooled.audio.riff import RiffStream

from sandbox.voice.encoders import wav_header

from .sound import RATE, by_byte, cut, decode, sine
from .step_time import longest_step

SOUND = sine(0.05)
HEADER = wav_header(RATE)
LIST = b"LIST" + struct.pack("<I", 5) + b"INFOx" + b"\0"
LONG_HEADER = HEADER[:36] + LIST + HEADER[36:]
STREAMS = {
    "bare": SOUND,
    "header": HEADER + SOUND,
    "header with true sizes": wav_header(RATE, len(SOUND)) + SOUND,
    "header with the first chunk's size": wav_header(RATE, 100) + SOUND,
    "header with more chunks": LONG_HEADER + SOUND,
    "a header in every chunk": b"".join(
        HEADER + SOUND[i : i + 600] for i in range(0, len(SOUND), 600)
    ),
    "empty chunks between": (HEADER * 3) + SOUND + HEADER,
    "half a sample before a header": SOUND[:601] + LONG_HEADER + SOUND[600:],
}
# In these the sound holds what looks like a header's beginning.
LOOKALIKES = [SOUND[:100] + mark + SOUND[100:] for mark in (b"RIFF", b"RIFFWAVE", b"xRIFRIFFx")]


def play(codec: str, pieces: list[bytes]) -> bytes:
    return decode(make_decoder(codec, sample_rate=RATE), pieces)


@pytest.mark.parametrize("codec", ["linear16", "wav"])
@pytest.mark.parametrize("kind", STREAMS)
def test_headers_are_taken_out_wherever_they_come(codec: str, kind: str) -> None:
    """Whole and by one byte; every sample once, whatever sizes a header gives."""
    stream = STREAMS[kind]
    assert play(codec, [stream]) == SOUND
    assert play(codec, by_byte(stream)) == SOUND


@settings(max_examples=100)
@given(
    stream=st.sampled_from([*STREAMS.values(), *LOOKALIKES]),
    places=st.lists(st.integers(0, 3000), max_size=10),
)
def test_random_cuts_give_the_same(stream: bytes, places: list[int]) -> None:
    """Odd pieces, empty ones, and cuts within a header."""
    assert play("wav", cut(stream, places)) == play("wav", [stream])


@settings(max_examples=100)
@given(data=st.binary(max_size=200), places=st.lists(st.integers(0, 200), max_size=10))
def test_any_bytes_are_samples(data: bytes, places: list[int]) -> None:
    """Nothing is lost of what is no header, but half a sample at the end."""
    assume(b"RIFF" not in data)
    assert play("linear16", cut(data, places)) == data[: len(data) & ~1]


@pytest.mark.parametrize("stream", LOOKALIKES)
def test_sound_that_looks_like_a_header_is_sound(stream: bytes) -> None:
    """Only RIFF with its type is one."""
    for pieces in ([stream], by_byte(stream)):
        assert play("wav", pieces) == stream[: len(stream) & ~1]


def test_samples_leave_at_once() -> None:
    """Nothing is held but half a sample or what may be a header."""
    decoder = make_decoder("linear16", sample_rate=RATE)
    for piece in cut(SOUND, range(0, len(SOUND), 100)):
        assert b"".join(decoder.decode(piece)) == piece
    assert b"".join(decoder.decode(b"\1\2\3")) == b"\1\2"
    assert b"".join(decoder.decode(b"\4")) == b"\3\4"


@pytest.mark.parametrize("length", range(45))
def test_a_wav_cut_within_its_header_gives_no_sound(length: int) -> None:
    """Half a header is not played; at most one sample of its first letters."""
    assert len(play("wav", [HEADER[:length]])) <= (2 if length < 4 else 0)


def test_a_broken_header_costs_no_sound() -> None:
    """A chunk too long for a header is taken for the samples."""
    broken = HEADER[:36] + b"LIST" + struct.pack("<I", 1 << 31)
    for pieces in ([broken + SOUND], by_byte(broken + SOUND)):
        assert play("wav", pieces) == SOUND


@pytest.mark.parametrize("codec", ["linear16", "mulaw"])
@pytest.mark.parametrize(
    "unit",
    [HEADER, HEADER[:36], b"RIFF", b"RIFF\0\0\0\0WAVE", LIST],
    ids=["headers", "headers without samples", "marks", "beginnings", "chunks"],
)
def test_headers_take_time_in_proportion(codec: str, unit: bytes) -> None:
    """Of 1.5 MB in one message no step takes a tenth of the time: it was 6.9 s in a single one."""
    message = HEADER[:12] * (unit == LIST) + unit * (1_500_000 // len(unit))
    assert longest_step(lambda: make_decoder(codec, sample_rate=RATE).decode(message)) < 0.1


def test_a_header_without_end_is_not_held() -> None:
    """It is passed over as it comes, however it is cut: 11 bytes are held at most."""
    stream = RiffStream(width=2)
    message = HEADER[:12] + LIST * 10_000
    for piece in cut(message, range(0, len(message), 7)):
        assert stream.feed(piece) == b""
        assert len(stream._held) <= 11
    assert stream.feed(HEADER[36:] + SOUND) == SOUND
