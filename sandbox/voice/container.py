"""Codecs that FFmpeg encodes and wraps: Opus in Ogg, FLAC, AAC in ADTS."""

from __future__ import annotations

import av
import numpy as np

# The rates of Opus; sound at any other rate is resampled to the last one.
_OPUS_RATES = (8000, 12000, 16000, 48000, 24000)
# Microseconds of a page; Ogg's default is a second.
_OGG_PAGE = "100000"


class _Sink:
    """A file that can only be appended to, like a network stream."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class ContainerEncoder:
    """One stream in one container, written without seeking."""

    def __init__(self, container: str, codec: str, sample_rate: int, bitrate: int) -> None:
        self._sample_rate = sample_rate
        self._sink = _Sink()
        options = {"page_duration": _OGG_PAGE} if container == "ogg" else {}
        self._output = av.open(self._sink, "w", format=container, options=options)
        rate = sample_rate if codec != "libopus" or sample_rate in _OPUS_RATES else _OPUS_RATES[-1]
        stream = self._output.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        self._stream = stream
        self._stream.bit_rate = bitrate

    def encode(self, pcm: bytes) -> bytes:
        """As `Encoder.encode`; whole packets."""
        if pcm:
            samples = np.frombuffer(pcm, "<i2").astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = self._sample_rate
            self._output.mux(self._stream.encode(frame))
        return self._sink.take()

    def finish(self) -> bytes:
        """As `Encoder.finish`."""
        self._output.mux(self._stream.encode(None))
        self._output.close()
        return self._sink.take()
