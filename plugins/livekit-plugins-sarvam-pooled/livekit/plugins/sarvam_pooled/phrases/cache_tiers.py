"""What every level of the cache counts, and what a level beyond this machine has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .key import PhraseKey
from .phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStatistics:
    """One level, as one call has seen it.

    Attributes:
        hits: Phrases that it gave.
        misses: Phrases that it was asked for and did not have.
        bytes: What it holds, of all calls; 0 where that is not known.
        evictions: Phrases that this process removed from it to make room.
        saved_ms: Milliseconds until the first audio that the hits' syntheses once took.
        saved_characters: Characters that were not sent, and not billed.
    """

    hits: int = 0
    misses: int = 0
    bytes: int = 0
    evictions: int = 0
    saved_ms: float = 0.0
    saved_characters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheStatistics:
    """All levels, and what became of the phrases that were offered.

    Attributes:
        memory, disk, remote: The levels; those that are not there count nothing.
        stored: Phrases that were kept beyond the call.
        refused: Phrases that were not, by the policy's reason.
        wrong: Files that were found cut, altered or foreign.
        failures: Writes and reads that failed or took too long.
    """

    memory: TierStatistics
    disk: TierStatistics
    remote: TierStatistics
    stored: int
    refused: Mapping[str, int]
    wrong: int
    failures: int


class RemoteTier(Protocol):
    """A level that several machines share. It answers soon or not at all, and never raises."""

    @property
    def failures(self) -> int:
        """How often it did not answer."""

    async def get(self, key: PhraseKey) -> Phrase | None:
        """The phrase, whole and of this very key; or None."""

    async def put(self, phrase: Phrase) -> bool:
        """Keep it; whether it is kept."""


class Counter:
    """Counts the hits and misses of one level."""

    def __init__(self) -> None:
        self._hits = 0
        self._misses = 0
        self._saved = 0.0
        self._characters = 0

    def hit(self, phrase: Phrase) -> None:
        """It gave this phrase."""
        self._hits += 1
        self._saved += phrase.first_audio
        self._characters += len(phrase.text)

    def miss(self) -> None:
        """It was asked in vain."""
        self._misses += 1

    def statistics(self, *, held: int = 0, evictions: int = 0) -> TierStatistics:
        """The counts so far, with what the level itself knows."""
        return TierStatistics(
            hits=self._hits,
            misses=self._misses,
            bytes=held,
            evictions=evictions,
            saved_ms=self._saved * 1000,
            saved_characters=self._characters,
        )
