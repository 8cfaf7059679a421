"""Samples as a provider streams them: cut anywhere, with or without RIFF headers in between.

Sarvam's `wav` has one header before the first chunk (observed); other servers repeat it with every
chunk, or send one with bare samples. A header played as sound is a loud click, so every header is
removed. Its sizes are ignored: a stream has 0xFFFFFFFF, or the length of only the first chunk. Its
format is ignored too: the audio has the format of the `config`.
"""

from __future__ import annotations

import struct
from typing import Final

_FORM: Final = b"RIFF"
_TYPE: Final = b"WAVE"
_TYPE_AT: Final = 8  # bytes between the beginning of a header and its type
_CHUNKS_AT: Final = 12
_HEAD: Final = struct.Struct("<4sI")  # of a chunk: its name and its size in bytes
_SAMPLES: Final = b"data"
_MAX_CHUNK: Final = 4096  # bytes of a chunk before the samples; a longer one is broken


class RiffStream:
    """Complete samples out of a stream, without its headers.

    It takes time in proportion to the bytes, and holds at most 11 of them: a header of any length
    is skipped chunk by chunk.

    Args:
        width: Bytes of a sample.
    """

    def __init__(self, *, width: int) -> None:
        self._width = width
        # Part of a sample, of a header's beginning or of the head of a chunk in it.
        self._held = b""
        # Whether a header has started whose samples have not, and bytes of its chunk to come.
        self._in_header = False
        self._to_skip = 0

    def feed(self, data: bytes) -> bytes:
        """The samples that are complete after `data`."""
        data = self._held + data
        samples: list[bytes] = []
        at = 0
        while True:
            if self._in_header:
                at = self._pass_header(data, at)
                if self._in_header:
                    break
            end, chunks = _find_header(data, at)
            # Part of a sample before a header is dropped: samples count from the header.
            complete = end - (end - at) % self._width
            samples.append(data[at:complete])
            if chunks is None:
                at = complete
                break
            at = chunks
            self._in_header = True
        self._held = data[at:]
        return b"".join(samples)

    def flush(self) -> bytes:
        """The rest, after the last byte: samples that looked like the start of a header."""
        rest, self._held = self._held, b""
        if self._in_header or _FORM in rest:
            return b""
        return rest[: len(rest) - len(rest) % self._width]

    def _pass_header(self, data: bytes, at: int) -> int:
        """The start of the samples after a header whose chunks start `at`.

        A chunk too long for a header is taken for the samples: nothing is lost.
        """
        while True:
            skipped = min(self._to_skip, len(data) - at)
            self._to_skip -= skipped
            at += skipped
            if self._to_skip or len(data) < at + _HEAD.size:
                return at
            name, size = _HEAD.unpack_from(data, at)
            at += _HEAD.size
            if name == _SAMPLES or size > _MAX_CHUNK:
                self._in_header = False
                return at
            self._to_skip = size + (size & 1)


def _find_header(data: bytes, start: int) -> tuple[int, int | None]:
    """The end of the samples from `start` on, and the start of the next header's chunks.

    The second is None if there is no header; a possible start of one does not count as samples.
    """
    at = data.find(_FORM, start)
    while at >= 0:
        if len(data) < at + _CHUNKS_AT:
            return at, None
        if data.startswith(_TYPE, at + _TYPE_AT):
            return at, at + _CHUNKS_AT
        at = data.find(_FORM, at + 1)
    begun = next((n for n in (3, 2, 1) if data.endswith(_FORM[:n], start)), 0)
    return len(data) - begun, None
