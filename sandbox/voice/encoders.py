"""Encodes PCM in the codecs of a TTS provider, piece by piece. One encoder for each synthesis."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Protocol

import lameenc  # type: ignore[import-not-found]

from .container import ContainerEncoder
from .pcm import encode_g711

# LAME's scale from 0 (best) to 9 (fastest); 7 takes 2 ms for 3 s of sound (measured).
_LAME_QUALITY = 7


class Encoder(Protocol):
    """Encodes PCM in one codec, as one stream from first to last."""

    def encode(self, pcm: bytes) -> bytes:
        """Take signed 16-bit little-endian mono PCM, whole samples; return what is ready."""
        ...

    def finish(self) -> bytes:
        """Return the rest. The encoder cannot be used afterwards."""
        ...


class SampleEncoder:
    """A codec without state: each sample is encoded by itself."""

    def __init__(self, encode: Callable[[bytes], bytes] = bytes) -> None:
        self._encode = encode

    def encode(self, pcm: bytes) -> bytes:
        """As `Encoder.encode`."""
        return self._encode(pcm)

    def finish(self) -> bytes:
        """As `Encoder.finish`; always empty."""
        return b""


class WavEncoder:
    """A RIFF header of unknown length (sizes 0xFFFFFFFF), once, then bare PCM."""

    def __init__(self, sample_rate: int) -> None:
        # Written before the next samples.
        self._header = wav_header(sample_rate)

    def encode(self, pcm: bytes) -> bytes:
        """As `Encoder.encode`; the header comes before the first samples."""
        header, self._header = self._header, b""
        return header + pcm

    def finish(self) -> bytes:
        """As `Encoder.finish`; the header, if there was no sound at all."""
        header, self._header = self._header, b""
        return header


class Mp3Encoder:
    """LAME at a constant bit rate, with its delay at the start and padding at the end."""

    def __init__(self, sample_rate: int, bitrate: int) -> None:
        encoder = lameenc.Encoder()
        encoder.set_channels(1)
        encoder.set_in_sample_rate(sample_rate)
        encoder.set_out_sample_rate(sample_rate)
        encoder.set_bit_rate(bitrate // 1000)
        encoder.set_quality(_LAME_QUALITY)
        encoder.silence()
        self._encoder = encoder

    def encode(self, pcm: bytes) -> bytes:
        """As `Encoder.encode`; whole MP3 frames."""
        return bytes(self._encoder.encode(pcm))

    def finish(self) -> bytes:
        """As `Encoder.finish`."""
        return bytes(self._encoder.flush())


def wav_header(
    sample_rate: int, data_bytes: int = 0xFFFFFFFF, *, format_tag: int = 1, bits: int = 16
) -> bytes:
    """The 44 bytes before mono samples; by default 16-bit PCM (tag 1) of unknown length."""
    width = bits // 8
    riff_bytes = min(data_bytes + 36, 0xFFFFFFFF)
    form = struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
    layout = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, format_tag, 1, sample_rate, width * sample_rate, width, bits
    )
    return form + layout + struct.pack("<4sI", b"data", data_bytes)


_MAKERS: dict[str, Callable[[int, int], Encoder]] = {
    "linear16": lambda _rate, _bitrate: SampleEncoder(),
    "mulaw": lambda _rate, _bitrate: SampleEncoder(partial(encode_g711, "mulaw")),
    "alaw": lambda _rate, _bitrate: SampleEncoder(partial(encode_g711, "alaw")),
    "wav": lambda rate, _bitrate: WavEncoder(rate),
    "mp3": Mp3Encoder,
    "opus": lambda rate, bitrate: ContainerEncoder("ogg", "libopus", rate, bitrate),
    "flac": lambda rate, bitrate: ContainerEncoder("flac", "flac", rate, bitrate),
    "aac": lambda rate, bitrate: ContainerEncoder("adts", "aac", rate, bitrate),
}

CODECS = frozenset(_MAKERS)
"""The codecs `make_encoder` knows, as Sarvam names them."""


def make_encoder(codec: str, *, sample_rate: int, bitrate: int = 128_000) -> Encoder:
    """A new encoder for one synthesis of mono sound.

    `bitrate` is in bits per second, for mp3, opus and aac only; a codec with a lower maximum uses
    that. Raises ValueError for an unknown codec.
    """
    maker = _MAKERS.get(codec)
    if maker is None:
        raise ValueError(f"no encoder for {codec!r}; use one of {', '.join(sorted(CODECS))}")
    return maker(sample_rate, bitrate)
