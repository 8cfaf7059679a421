"""Even pieces for LiveKit: at least 20 ms at a time, nothing held beyond that.

LiveKit's room output holds a first frame shorter than 20 ms back until more comes (about 11 ms
lost, measured), and takes longer ones as they are.
"""

from __future__ import annotations

from typing import Final

GRANULE: Final = 0.02  # seconds


class Framer:
    """PCM of any length in, multiples of 20 ms out."""

    def __init__(self, *, sample_rate: int) -> None:
        self._granule = int(GRANULE * sample_rate) * 2
        self._held = bytearray()

    def feed(self, pcm: bytes) -> bytes:
        """All whole granules there are now; may be empty."""
        self._held += pcm
        whole = len(self._held) - len(self._held) % self._granule
        ready = bytes(self._held[:whole])
        del self._held[:whole]
        return ready

    def flush(self) -> bytes:
        """The rest, shorter than a granule."""
        rest = bytes(self._held)
        self._held.clear()
        return rest
