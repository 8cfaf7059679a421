"""Samples that are sent as they are: linear16, bare or in WAV, and G.711, the telephone codec."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
from av import Packet
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from .riff import RiffStream
from .steps import in_steps


class PcmDecoder:
    """Returns complete samples, without RIFF headers; an odd byte waits for its other half."""

    def __init__(self) -> None:
        self._stream = RiffStream(width=2)

    def decode(self, data: bytes) -> Iterator[bytes]:
        for piece in in_steps(data):
            yield self._stream.feed(piece)

    def flush(self) -> Iterator[bytes]:
        yield self._stream.flush()

    def close(self) -> None:
        pass


class G711Decoder:
    """Expands mu-law or A-law, one sample a byte, to 16 bit samples, without RIFF headers."""

    def __init__(self, law: str) -> None:
        self._table = _table(law)
        self._stream = RiffStream(width=1)

    def decode(self, data: bytes) -> Iterator[bytes]:
        for piece in in_steps(data):
            yield self._expand(self._stream.feed(piece))

    def flush(self) -> Iterator[bytes]:
        yield self._expand(self._stream.flush())

    def close(self) -> None:
        pass

    def _expand(self, data: bytes) -> bytes:
        return self._table[np.frombuffer(data, np.uint8)].tobytes()


@functools.cache
def _table(law: str) -> NDArray[np.int16]:
    """The sample of each of the 256 codes (ITU-T G.711), by FFmpeg's decoder."""
    codec = AudioCodecContext.create(f"pcm_{law}", "r")
    assert isinstance(codec, AudioCodecContext)
    codec.sample_rate, codec.layout = 8000, "mono"
    [frame] = codec.decode(Packet(bytes(range(256))))
    return np.frombuffer(bytes(frame.planes[0])[:512], np.int16)
