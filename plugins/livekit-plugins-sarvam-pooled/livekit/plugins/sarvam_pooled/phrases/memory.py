"""The memory tier: phrases in this process's memory, found without waiting.

With LiveKit each call is a process of its own, so the memory is filled from the disk before the
call, or by the call itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

from .key import PhraseKey
from .phrase import Phrase

# Approximate size of a phrase without its samples: key, voice, text and entries in two tables.
_OVERHEAD: Final = 2048  # bytes


class PhraseMemory:
    """The most recently used phrases, within limits of number, bytes and time.

    Args:
        max_phrases: Number of phrases.
        max_bytes: Size of all phrases together.
        ttl: Seconds after which a phrase is dropped, used or not.
        clock: Seconds of any monotonic clock.
    """

    def __init__(
        self,
        *,
        max_phrases: int = 100,
        max_bytes: int = 16 * 1024 * 1024,
        ttl: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_phrases = max_phrases
        self._cache = _Counting(max_bytes, ttl, timer=clock, getsizeof=_size)

    def get(self, key: PhraseKey) -> Phrase | None:
        """The phrase, which is then the most recently used; or None."""
        phrase: Phrase | None = self._cache.get(key)
        return phrase

    def put(self, phrase: Phrase) -> bool:
        """Keep `phrase`, and drop the least recently used ones to make room. False if it is too
        large."""
        if self._max_phrases < 1 or _size(phrase) > self._cache.maxsize:
            return False
        if phrase.key not in self._cache:
            while len(self._cache) >= self._max_phrases:
                self._cache.popitem()
        self._cache[phrase.key] = phrase
        return True

    @property
    def bytes(self) -> int:
        """Current size."""
        self._cache.expire()
        return int(self._cache.currsize)

    @property
    def evictions(self) -> int:
        """Number of phrases dropped to make room; expired phrases do not count."""
        return self._cache.evictions

    def __len__(self) -> int:
        return len(self._cache)


class _Counting(TTLCache[PhraseKey, Phrase]):
    evictions = 0

    def popitem(self) -> tuple[PhraseKey, Phrase]:
        item = super().popitem()
        self.evictions += 1
        return item


def _size(phrase: Phrase) -> int:
    return len(phrase.pcm) + _OVERHEAD
