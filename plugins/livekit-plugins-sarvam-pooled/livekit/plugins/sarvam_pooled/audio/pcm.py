"""Samples that need no decoding: linear16, bare or in WAV."""

from __future__ import annotations

from collections.abc import Iterator

from .riff import RiffStream
from .steps import in_steps


class PcmDecoder:
    """Passes whole samples on, without RIFF headers; an odd byte waits for its other half."""

    def __init__(self) -> None:
        self._stream = RiffStream(width=2)

    def decode(self, data: bytes) -> Iterator[bytes]:
        for piece in in_steps(data):
            yield self._stream.feed(piece)

    def flush(self) -> Iterator[bytes]:
        yield self._stream.flush()

    def close(self) -> None:
        pass
