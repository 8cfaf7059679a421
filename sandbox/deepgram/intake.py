"""Converts the client's bytes to 16 kHz mono 16-bit PCM. Pure."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import av
import numpy as np

from sandbox.voice.pcm import Samples, decode_g711

from .endpointer import RATE

# Bytes of the longest RIFF header; real ones are far shorter.
_LONGEST_HEADER = 4096


class NotAudioError(Exception):
    """The bytes are not audio in the declared format."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """The format of a stream."""

    encoding: str
    """`linear16`, `mulaw` or `alaw`."""
    sample_rate: int
    channels: int


class Intake:
    """One stream, cut anywhere: bytes of an incomplete sample wait for the rest."""

    def __init__(self, form: AudioFormat | None) -> None:
        """Without a format, the stream must begin with a WAV header."""
        self._form = form
        self._rest = b""
        self._to_rate = _resampler(form) if form is not None else None

    def feed(self, data: bytes) -> bytes:
        """Convert the next bytes; raises `NotAudioError`."""
        data = self._rest + data
        if self._form is None:
            found = _read_header(data)
            if found is None:
                self._rest = data
                return b""
            self._form, skip = found
            self._to_rate = _resampler(self._form)
            data = data[skip:]
        size = _SAMPLE_BYTES[self._form.encoding] * self._form.channels
        whole = len(data) - len(data) % size
        self._rest = data[whole:]
        if not whole:
            return b""
        samples = _DECODERS[self._form.encoding](data[:whole])
        if self._form.channels > 1:
            mixed = samples.reshape(-1, self._form.channels).mean(axis=1)
            samples = mixed.astype(np.int16)
        return self._resample(samples)

    def _resample(self, samples: Samples) -> bytes:
        if self._to_rate is None or self._form is None:
            return samples.tobytes()
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._form.sample_rate
        return b"".join(part.to_ndarray().tobytes() for part in self._to_rate.resample(frame))


def _resampler(form: AudioFormat) -> av.AudioResampler | None:
    """A resampler to the recogniser's rate; None if it is the stream's own."""
    if form.sample_rate == RATE:
        return None
    return av.AudioResampler(format="s16", layout="mono", rate=RATE)


def _read_header(data: bytes) -> tuple[AudioFormat, int] | None:
    """Format and length of the WAV header of `data`; None if it is incomplete."""
    if not b"RIFF".startswith(data[:4]) or (len(data) >= 12 and data[8:12] != b"WAVE"):
        raise NotAudioError("no encoding was named, and the stream has no WAV header")
    form: AudioFormat | None = None
    at = 12
    while len(data) >= at + 8:
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"data":
            if form is None:
                raise NotAudioError("the WAV header has no format")
            return form, at
        if name == b"fmt " and len(data) >= at + 16:
            form = _wav_format(*struct.unpack_from("<HHIIHH", data, at))
        at += size + size % 2
    if len(data) > _LONGEST_HEADER:
        raise NotAudioError("the WAV header does not end")
    return None


def _wav_format(
    kind: int, channels: int, rate: int, _bytes_per_second: int, _align: int, bits: int
) -> AudioFormat:
    encoding = {(1, 16): "linear16", (6, 8): "alaw", (7, 8): "mulaw"}.get((kind, bits))
    if encoding is None or not channels or not rate:
        raise NotAudioError("only 16-bit PCM, mu-law and A-law are supported in WAV")
    return AudioFormat(encoding, rate, channels)


def _read_linear16(data: bytes) -> Samples:
    return np.frombuffer(data, "<i2").astype(np.int16)


_SAMPLE_BYTES = {"linear16": 2, "mulaw": 1, "alaw": 1}
_DECODERS: dict[str, Callable[[bytes], Samples]] = {
    "linear16": _read_linear16,
    "mulaw": partial(decode_g711, "mulaw"),
    "alaw": partial(decode_g711, "alaw"),
}
ENCODINGS = frozenset(_DECODERS)
"""The supported raw encodings."""
