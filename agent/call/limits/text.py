"""How much a caller may type: the length of a text, and how many in a minute.

Pure: a text begins and grows, and each time the answer is whether it may be read on. Texts that
turn out too long count among those of the minute; those beyond the minute's number do not, so that
a caller who goes on typing is answered again as soon as the minute allows.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Final

LENGTH: Final = 1_000
"""Characters of one text; a spoken turn of a minute has about as many."""
PER_MINUTE: Final = 12
"""Texts in 60 s: one every 5 s, which is faster than an answer is heard."""
TIMEOUT: Final = 10.0
"""Seconds after which a text that is not complete is given up. `LENGTH` needs one packet."""
_MINUTE: Final = 60.0
_LARGEST: Final = 4  # bytes of a character in UTF-8
_NOTICE_EVERY: Final = 20.0
"""Seconds from one notice to the same again: the caller hears why, and is not talked down."""


class Refusal(Enum):
    """Why a text is not answered. The value is its place in `Phrases.notices`."""

    TOO_LONG = 0
    TOO_MANY = 1


class TextLimits:
    """The texts of one call."""

    def __init__(self) -> None:
        self._begun: deque[float] = deque(maxlen=PER_MINUTE)
        self._noticed: dict[Refusal, float] = {}

    def begins(self, now: float) -> Refusal | None:
        """A text begins; None if it may be read."""
        if len(self._begun) == PER_MINUTE and now - self._begun[0] < _MINUTE:
            return Refusal.TOO_MANY
        self._begun.append(now)
        return None

    def is_too_long(self, size: int) -> bool:
        """Whether a text of so many bytes must be too long; 0 if the size is not known."""
        return size > LENGTH * _LARGEST

    def grows(self, characters: int) -> Refusal | None:
        """It has so many characters so far; None while the rest may be read."""
        return Refusal.TOO_LONG if characters > LENGTH else None

    def may_notice(self, refusal: Refusal, now: float) -> bool:
        """A text is refused; whether the caller hears why. A True counts as heard."""
        if now - self._noticed.get(refusal, float("-inf")) < _NOTICE_EVERY:
            return False
        self._noticed[refusal] = now
        return True
