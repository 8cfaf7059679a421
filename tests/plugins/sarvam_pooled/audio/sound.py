"""Sounds, real encoder output of them, and a way to run a decoder over it."""

from __future__ import annotations

import functools
import io
import itertools
from collections.abc import Iterable, Sequence

import av
import numpy as np
from livekit.plugins.sarvam_pooled.audio.decoder import Decoder

from sandbox.voice import make_encoder

RATE = 24000
RATES = (8000, 16000, 22050, 24000)


def sine(seconds: float, *, rate: int = RATE, hertz: float = 440.0) -> bytes:
    """A tone far above the level of silence."""
    times = np.arange(round(seconds * rate)) / rate
    return bytes((8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes())


def silence(seconds: float, *, rate: int = RATE) -> bytes:
    return bytes(round(seconds * rate) * 2)


def samples(pcm: bytes) -> np.ndarray:
    """PCM as numbers that do not overflow."""
    return np.frombuffer(pcm, "<i2").astype(np.int32)


@functools.cache
def lame(pcm: bytes, *, rate: int = RATE, bitrate: int = 128_000) -> bytes:
    """An MP3 stream made on the fly: no tag, no Info frame."""
    return encoded("mp3", pcm, rate=rate, bitrate=bitrate)


@functools.cache
def encoded(codec: str, pcm: bytes, *, rate: int = RATE, bitrate: int = 128_000) -> bytes:
    """`pcm` in one of Sarvam's codecs."""
    encoder = make_encoder(codec, sample_rate=rate, bitrate=bitrate)
    return encoder.encode(pcm) + encoder.finish()


@functools.cache
def ffmpeg(
    pcm: bytes,
    *,
    rate: int = RATE,
    bitrate: int = 128_000,
    info: bool = True,
    tag: bool = True,
    layout: str = "mono",
) -> bytes:
    """An MP3 file by FFmpeg's libmp3lame, with an ID3v2 tag and an Info frame, or without."""
    file = io.BytesIO()
    options = {"write_xing": str(int(info)), "id3v2_version": "3" if tag else "0"}
    with av.open(file, "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout=layout)
        stream.bit_rate = bitrate
        plane = np.frombuffer(pcm, "<i2").reshape(1, -1)
        planes = np.ascontiguousarray(np.repeat(plane, 2 if layout == "stereo" else 1, axis=0))
        frame = av.AudioFrame.from_ndarray(planes, format="s16p", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def decode(decoder: Decoder, pieces: Iterable[bytes]) -> bytes:
    """The PCM of a stream that comes in `pieces`."""
    try:
        pcm = b"".join(step for piece in pieces for step in decoder.decode(piece))
        return pcm + b"".join(decoder.flush())
    finally:
        decoder.close()


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """`data` in pieces, cut at `places` (in any order; beyond its end they cut nothing)."""
    borders = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(borders)]


def by_byte(data: bytes) -> list[bytes]:
    """`data` in pieces of one byte."""
    return [data[i : i + 1] for i in range(len(data))]


def lag(pcm: bytes, original: bytes) -> tuple[int, float]:
    """By how many samples `pcm` is later than `original`, and how alike they are there (0 to 1)."""
    late, early = samples(pcm).astype(float), samples(original).astype(float)
    size = 1 << (late.size + early.size).bit_length()
    alike = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(early, size)), size)
    at = int(np.argmax(alike))
    norm = float(np.linalg.norm(late) * np.linalg.norm(early))
    return (at - size if at > size // 2 else at), float(alike[at]) / norm
