"""What each cache tier of a call found, missed and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStatistics:
    """The counts of one tier in one call.

    Attributes:
        hits: Phrases found in it.
        misses: Phrases not found in it.
        bytes: Its size, for all calls; 0 if unknown.
        evictions: Phrases that this process removed from it to make room.
        saved_ms: Milliseconds to first audio that the synthesis of the hits took.
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
    """The counts of all tiers, and of offered phrases.

    Attributes:
        memory, disk, remote: The tiers; a missing tier counts nothing.
        stored: Phrases that were kept beyond the call.
        refused: Number of phrases that were not stored, by the policy's reason.
        wrong: Files that were truncated, altered or foreign.
        failures: Writes and reads that failed or took too long.
    """

    memory: TierStatistics
    disk: TierStatistics
    remote: TierStatistics
    stored: int
    refused: Mapping[str, int]
    wrong: int
    failures: int


class Counter:
    """Counts the hits and misses of one tier."""

    def __init__(self) -> None:
        self._hits = 0
        self._misses = 0
        self._saved = 0.0
        self._characters = 0

    def hit(self, phrase: Phrase) -> None:
        """Count a phrase that was found."""
        self._hits += 1
        self._saved += phrase.first_audio
        self._characters += len(phrase.text)

    def miss(self) -> None:
        """Count a phrase that was not found."""
        self._misses += 1

    def statistics(self, *, size: int = 0, evictions: int = 0) -> TierStatistics:
        """The counts so far, with the tier's own figures."""
        return TierStatistics(
            hits=self._hits,
            misses=self._misses,
            bytes=size,
            evictions=evictions,
            saved_ms=self._saved * 1000,
            saved_characters=self._characters,
        )
