"""Limits what a caller types: the length of a text, and the number of texts in a minute. Pure.

Texts that turn out too long count among those of the minute; those beyond the minute's number do
not: a caller who goes on typing is answered again as soon as the minute allows.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import Final

LENGTH: Final = 1_000
"""Characters of one text; a spoken turn of a minute has about as many."""
PER_MINUTE: Final = 12
"""Texts in 60 s: one every 5 s, which is faster than answers are spoken."""
TIMEOUT: Final = 10.0
"""Seconds to wait for a complete text. `LENGTH` needs one packet."""
_MINUTE: Final = 60.0
_MAX_BYTES: Final = 4  # of a character in UTF-8
_NOTICE_EVERY: Final = 20.0
"""Seconds from one notice to the same again: the caller hears why, but not after every text."""


class Refusal(StrEnum):
    """The reason why a text is not answered; also the log's."""

    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


class TextLimits:
    """The texts of one call."""

    def __init__(self) -> None:
        self._begun: deque[float] = deque(maxlen=PER_MINUTE)
        self._noticed: dict[Refusal, float] = {}

    def start_text(self, now: float) -> Refusal | None:
        """Count a text that begins; returns None if it may be read."""
        if len(self._begun) == PER_MINUTE and now - self._begun[0] < _MINUTE:
            return Refusal.TOO_MANY
        self._begun.append(now)
        return None

    def is_too_long(self, size: int) -> bool:
        """Whether a text of `size` bytes must be too long; 0 if the size is not known."""
        return size > LENGTH * _MAX_BYTES

    def check_length(self, characters: int) -> Refusal | None:
        """Check a text's characters so far; returns None while the rest may be read."""
        return Refusal.TOO_LONG if characters > LENGTH else None

    def start_notice(self, refusal: Refusal, now: float) -> bool:
        """Count a notice of a refusal; returns False if the last one is too recent for another."""
        if now - self._noticed.get(refusal, float("-inf")) < _NOTICE_EVERY:
            return False
        self._noticed[refusal] = now
        return True
