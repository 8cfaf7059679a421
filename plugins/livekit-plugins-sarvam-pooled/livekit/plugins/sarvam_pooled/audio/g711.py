"""G.711, the telephone codec: each byte is one sample (ITU-T G.711)."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .riff import RiffStream
from .steps import in_steps


class G711Decoder:
    """Expands mu-law or A-law bytes to 16 bit samples; RIFF headers are taken out."""

    def __init__(self, law: str) -> None:
        self._table = _mulaw() if law == "mulaw" else _alaw()
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
def _mulaw() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


@functools.cache
def _alaw() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent = (code >> 4) & 7
    mantissa = (code & 0x0F) << 4
    magnitude = np.where(
        exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0)
    )
    # The sign bit of A-law means positive.
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")
