"""PCM to codecs, decoded again by FFmpeg."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from sandbox.voice import CODECS, make_encoder, speak, wav_header

RAW_FORMATS = {"linear16": "s16le", "mulaw": "mulaw", "alaw": "alaw"}
# Codecs that add silence at the start or the end.
PADDED = {"mp3": 0.3, "aac": 0.3}


def encode(codec: str, pcm: bytes, *, rate: int, step: Any) -> Any:
    encoder = make_encoder(codec, sample_rate=rate)
    parts = [encoder.encode(pcm[at : at + step]) for at in range(0, len(pcm), step)]
    return [*parts, encoder.finish()]


def decode(codec: str, data: bytes) -> Any:
    raw = RAW_FORMATS.get(codec)
    with av.open(io.BytesIO(data), format=raw) as container:
        frames = list(container.decode(audio=0))
    mono = [frame.to_ndarray()[0].astype(np.float64) for frame in frames]
    return np.concatenate(mono), frames[0].sample_rate


def test_every_codec_of_sarvam_has_an_encoder() -> None:
    """Every codec that Sarvam's documents name has an encoder."""
    assert {"mp3", "linear16", "mulaw", "alaw", "opus", "flac", "aac", "wav"} == CODECS


@pytest.mark.parametrize("codec", sorted(CODECS - set(RAW_FORMATS)))
@pytest.mark.parametrize("rate", [8000, 22050, 24000])
async def test_each_codec_decodes_to_the_same_sound(codec: str, rate: int) -> None:
    """As long and as loud as the input."""
    pcm = await speak("Good morning, how may I help you?", sample_rate=rate)
    data = b"".join(encode(codec, pcm, rate=rate, step=2 * rate // 5))
    sound, decoded_rate = decode(codec, data)
    seconds = len(pcm) / 2 / rate
    extra = sound.size / decoded_rate - seconds
    assert -0.01 <= extra <= PADDED.get(codec, 0.01)
    scale = 32768 if np.abs(sound).max() < 2 else 1
    loudness = np.std(sound * scale) * np.sqrt((seconds + extra) / seconds)
    assert loudness == pytest.approx(np.std(np.frombuffer(pcm, "<i2")), rel=0.1)


@pytest.mark.parametrize("codec", sorted(CODECS))
async def test_bytes_come_before_the_last_sound_goes_in(codec: str) -> None:
    """Bytes come out long before the last sound goes in."""
    pcm = await speak("Good morning, how may I help you on this fine day?")
    parts = encode(codec, pcm, rate=24000, step=9600)
    assert sum(map(bool, parts[: len(parts) // 2])) >= 2


@pytest.mark.parametrize("codec", ["linear16", "mulaw", "alaw", "wav", "mp3"])
async def test_the_bytes_do_not_depend_on_the_cuts(codec: str) -> None:
    """The bytes are the same however the sound is cut on its way in."""
    pcm = await speak("Good morning.", sample_rate=8000)
    whole = b"".join(encode(codec, pcm, rate=8000, step=len(pcm)))
    assert b"".join(encode(codec, pcm, rate=8000, step=250)) == whole


def test_each_mp3_is_a_stream_of_its_own() -> None:
    """Two syntheses give the same bytes: nothing is left from the first in the second."""
    tone = (np.sin(np.arange(24000) / 10) * 9000).astype("<i2").tobytes()
    first, second = (b"".join(encode("mp3", tone, rate=24000, step=4800)) for _ in range(2))
    assert first == second


def test_a_wav_begins_with_one_header() -> None:
    """The first bytes are a RIFF header of unknown length; bare samples follow."""
    header, rest, end = encode("wav", bytes(400), rate=16000, step=200)
    assert header == wav_header(16000) + bytes(200)
    assert header[4:8] == header[40:44] == b"\xff\xff\xff\xff"
    assert (rest, end) == (bytes(200), b"")
    assert encode("wav", b"", rate=16000, step=200) == [wav_header(16000)]


def test_an_unknown_codec_is_refused_with_the_known_ones() -> None:
    """A codec without an encoder is refused with the list of those that have one."""
    with pytest.raises(ValueError, match="no encoder for 'g729'; use one of aac, alaw"):
        make_encoder("g729", sample_rate=8000)
