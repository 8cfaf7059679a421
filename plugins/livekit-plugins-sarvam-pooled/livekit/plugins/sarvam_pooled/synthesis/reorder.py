"""Puts the audio of several Segments into the order of the text. Pure."""

from __future__ import annotations

from collections import defaultdict


class Reorder:
    """Chunks in any order of Segments in, chunks in the order of Segments out.

    The Segment at the head passes straight through; later Segments are kept until it is finished.
    """

    def __init__(self) -> None:
        # Index of the Segment that plays, or will play next.
        self.head = 0
        self._kept: defaultdict[int, list[bytes]] = defaultdict(list)
        self._finished: set[int] = set()

    def add(self, index: int, chunk: bytes) -> list[tuple[int, bytes]]:
        """Add a Chunk of Segment `index`; return the Chunks to play now, as (index, chunk)."""
        if index < self.head or index in self._finished:
            raise ValueError(f"Segment {index} is finished")
        if index == self.head:
            return [(index, chunk)]
        self._kept[index].append(chunk)
        return []

    def finish(self, index: int) -> list[tuple[int, bytes]]:
        """End Segment `index`; return the Chunks that waited for it, to play now."""
        self._finished.add(index)
        ready: list[tuple[int, bytes]] = []
        while self.head in self._finished:
            self._finished.discard(self.head)
            self.head += 1
            ready += [(self.head, chunk) for chunk in self._kept.pop(self.head, [])]
        return ready

    @property
    def kept_bytes(self) -> int:
        """Bytes that wait for an earlier Segment."""
        return sum(len(chunk) for chunks in self._kept.values() for chunk in chunks)

    def kept_until(self, index: int) -> int:
        """The kept bytes of Segments up to and including `index`."""
        return sum(
            len(chunk) for other, chunks in self._kept.items() if other <= index for chunk in chunks
        )
