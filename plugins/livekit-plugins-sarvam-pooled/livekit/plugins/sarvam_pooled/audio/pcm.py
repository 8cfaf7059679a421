"""Headerless PCM, and WAV, whose header comes once in front of it."""

from __future__ import annotations

import struct

_RIFF_START = b"RIFF"
_MAX_HEADER = 4096  # bytes; a longer header is taken for a broken one


class PcmDecoder:
    """Passes samples on; takes a RIFF header off if there is one.

    Only whole samples leave: an odd byte waits for its other half. Sizes in the header are ignored,
    as a stream gives 0xFFFFFFFF for them.
    """

    def __init__(self) -> None:
        self._held = b""
        # None until enough bytes came to tell.
        self._has_header: bool | None = None

    def decode(self, data: bytes) -> bytes:
        data = self._held + data
        if self._has_header is not False:
            start = self._find_samples(data)
            if start is None:
                self._held = data
                return b""
            data = data[start:]
            self._has_header = False
        whole = len(data) & ~1
        self._held = data[whole:]
        return data[:whole]

    def flush(self) -> bytes:
        # What is left is half a sample or half a header: nothing that could be played.
        self._held = b""
        return b""

    def close(self) -> None:
        self._held = b""

    def _find_samples(self, data: bytes) -> int | None:
        """Offset of the first sample; None while it cannot be told."""
        if not data.startswith(_RIFF_START[: len(data)]):
            return 0
        if len(data) < 12:
            return None
        at = 12
        while len(data) >= at + 8:
            name, size = struct.unpack_from("<4sI", data, at)
            if name == b"data":
                return at + 8
            at += 8 + int(size) + (int(size) & 1)
            if at > _MAX_HEADER:
                return at
        return None
