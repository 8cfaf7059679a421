"""Even pieces for LiveKit: multiples of 20 ms, with less than 20 ms held.

LiveKit's room output holds back a first frame shorter than 20 ms (which costs about 11 ms,
measured), and takes longer ones as they are.
"""

from __future__ import annotations

from typing import Final

GRANULE: Final = 0.02  # seconds


class Framer:
    """Takes PCM of any length, returns multiples of 20 ms."""

    def __init__(self, *, sample_rate: int) -> None:
        self._granule = int(GRANULE * sample_rate) * 2
        self._held = bytearray()

    def feed(self, pcm: bytes) -> bytes:
        """All complete granules so far; may be empty."""
        self._held += pcm
        end = len(self._held) - len(self._held) % self._granule
        ready = bytes(self._held[:end])
        del self._held[:end]
        return ready

    def flush(self) -> bytes:
        """The rest, shorter than a granule."""
        rest = bytes(self._held)
        self._held.clear()
        return rest
