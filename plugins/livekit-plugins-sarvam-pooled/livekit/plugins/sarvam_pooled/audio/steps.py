"""Work in steps, because a long message must not block the event loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

STEP_BYTES: Final = 16 * 1024
"""Bytes of PCM made, or of encoded audio taken, in one step: 0.34 s of sound at 24 kHz.

A step takes libmpg123 0.1 ms and PyAV 0.6 ms at most, and trimming, joining and framing less than
0.1 ms (measured)."""


def in_steps(data: bytes) -> Iterator[bytes]:
    """`data` in pieces of at most `STEP_BYTES`."""
    for start in range(0, len(data), STEP_BYTES):
        yield data[start : start + STEP_BYTES]
