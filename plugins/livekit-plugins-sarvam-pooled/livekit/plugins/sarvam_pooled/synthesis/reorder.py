"""Puts the audio of several Segments into the order of the text. No I/O."""

from __future__ import annotations

from collections import defaultdict


class Reorder:
    """Chunks in any order of Segments in, Chunks in the order of Segments out.

    Chunks of the Segment that plays pass straight through; those of later Segments are held until
    it is finished.
    """

    def __init__(self) -> None:
        # Index of the Segment that plays, or will play next.
        self.head = 0
        self._held: defaultdict[int, list[bytes]] = defaultdict(list)
        self._held_bytes: defaultdict[int, int] = defaultdict(int)
        self._finished: set[int] = set()

    def add(self, index: int, chunk: bytes) -> list[tuple[int, bytes]]:
        """Add a Chunk of Segment `index`; return the Chunks to play now, as (index, Chunk)."""
        self._refuse_finished(index)
        if index == self.head:
            return [(index, chunk)]
        self._held[index].append(chunk)
        self._held_bytes[index] += len(chunk)
        return []

    def finish(self, index: int) -> list[tuple[int, bytes]]:
        """End Segment `index`; return the Chunks that waited for it, to play now."""
        self._refuse_finished(index)
        self._finished.add(index)
        ready: list[tuple[int, bytes]] = []
        while self.head in self._finished:
            self._finished.discard(self.head)
            self.head += 1
            self._held_bytes.pop(self.head, None)
            ready += [(self.head, chunk) for chunk in self._held.pop(self.head, [])]
        return ready

    def _refuse_finished(self, index: int) -> None:
        if index < self.head or index in self._finished:
            raise ValueError(f"Segment {index} is finished")

    @property
    def held_bytes(self) -> int:
        """Bytes that wait for an earlier Segment."""
        return sum(self._held_bytes.values())

    def held_bytes_through(self, index: int) -> int:
        """The held bytes of Segments up to and including `index`."""
        return sum(size for other, size in self._held_bytes.items() if other <= index)
