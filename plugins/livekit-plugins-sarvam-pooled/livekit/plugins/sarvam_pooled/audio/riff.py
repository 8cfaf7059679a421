"""Samples as a provider streams them: cut anywhere, with RIFF headers in between or without.

Sarvam's `wav` has one header in front of the first chunk (observed); other servers repeat it with
every chunk, or send one although bare samples were asked for. A header played as sound is a loud
click, so each is taken out wherever it comes. Sizes in it are not believed: a stream gives
0xFFFFFFFF, or the length of the first chunk alone. The format in it is not read: what is played
is what the `config` asked for.
"""

from __future__ import annotations

import struct
from typing import Final

_FORM: Final = b"RIFF"
_TYPE: Final = b"WAVE"
_TYPE_AT: Final = 8  # bytes between the beginning of a header and its type
_CHUNKS_AT: Final = 12
_MAX_CHUNK: Final = 4096  # bytes of a chunk in front of the samples; a longer one is broken


class RiffStream:
    """Whole samples out of a stream, without its headers.

    Args:
        width: Bytes of a sample.
    """

    def __init__(self, *, width: int) -> None:
        self._width = width
        # Part of a sample or of a header; never more than a header's length.
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The samples that are whole after `data`."""
        data = self._held + data
        samples: list[bytes] = []
        while True:
            end, next_samples = _find_header(data)
            # What a cut left of a sample in front of a header is dropped: the header begins anew.
            whole = end - end % self._width
            samples.append(data[:whole])
            if next_samples is None:
                self._held = data[whole:]
                return b"".join(samples)
            data = data[next_samples:]

    def flush(self) -> bytes:
        """The rest, after the last byte: samples that looked like the beginning of a header."""
        rest, self._held = self._held, b""
        if _FORM in rest:
            return b""
        return rest[: len(rest) - len(rest) % self._width]


def _find_header(data: bytes) -> tuple[int, int | None]:
    """Where the samples in front of the first header end, and where they go on behind it.

    The second is None while no header is there or it is not whole; what may be its beginning is
    not counted to the samples.
    """
    at = data.find(_FORM)
    while at >= 0:
        if len(data) < at + _CHUNKS_AT:
            return at, None
        if data.startswith(_TYPE, at + _TYPE_AT):
            return at, _find_samples(data, at + _CHUNKS_AT)
        at = data.find(_FORM, at + 1)
    begun = next((n for n in (3, 2, 1) if data.endswith(_FORM[:n])), 0)
    return len(data) - begun, None


def _find_samples(data: bytes, at: int) -> int | None:
    """Behind the head of the `data` chunk, from the chunk at `at` on; None while it is not there.

    A chunk too long to be one of a header is taken for the samples, so that nothing is lost.
    """
    while len(data) >= at + 8:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data" or size > _MAX_CHUNK:
            return at + 8
        at += 8 + int(size) + (int(size) & 1)
    return None
