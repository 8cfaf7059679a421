"""Decides what may be kept beyond a call: a caller's words are personal, and a disk is shared.

The module is pure. The first rule that applies decides:

1. A listed phrase is kept at once, whatever it says: whoever deploys the agent wrote it.
2. Never kept: a text with a digit of any script (numbers, dates, amounts, codes), with an e-mail or
   web address, longer than the limit, or with a word of this caller (`private_words`; above all
   names).
3. Any other text is kept once it was heard in enough different calls: what many callers hear is
   about none of them.

Nothing is written about a text that rule 2 forbids, not even that it was heard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ..spoken import as_spoken

# What may be an address, also without "www". It is wide: for privacy, a false alarm costs nothing.
_MAYBE_ADDRESS: Final = re.compile(r"@|://|\bwww\.|[^\W\d_]\.[^\W\d_]{2,}", re.IGNORECASE)
# Shorter words must match completely: "Om" does not match "Omnibus".
_STEM: Final = 3


class Reason(StrEnum):
    """The reason why a phrase is kept or not."""

    LISTED = "listed"
    HEARD_OFTEN = "heard in enough calls"
    HEARD_RARELY = "not heard in enough calls yet"
    TOO_LONG = "too long"
    DIGIT = "a digit"
    ADDRESS = "an address"
    PRIVATE_WORD = "a word of the caller's"


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a phrase may be kept, and why; true if it may."""

    allowed: bool
    reason: Reason

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasePolicy:
    """The rules above.

    Attributes:
        max_characters: Length limit of a text that is not listed.
        min_calls: Number of different calls in which a phrase must be heard.
        listed: Texts that are kept at once.

    Raises:
        ValueError: A number is out of range.
    """

    max_characters: int = 200
    min_calls: int = 3
    listed: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        if self.max_characters < 0:
            raise ValueError(f"max_characters must be at least 0, not {self.max_characters}")
        if self.min_calls < 1:
            raise ValueError(f"min_calls must be at least 1, not {self.min_calls}")
        object.__setattr__(self, "listed", frozenset(as_spoken(text) for text in self.listed))

    def may_remember(self, text: str) -> bool:
        """Whether this call may keep `text` in its own memory."""
        return as_spoken(text) in self.listed or len(text) <= self.max_characters

    def forbids(self, text: str, *, private_words: Iterable[str] = ()) -> Reason | None:
        """The reason why `text` may never be kept, however often it is heard, or None."""
        if as_spoken(text) in self.listed:
            return None
        if len(text) > self.max_characters:
            return Reason.TOO_LONG
        if any(unicodedata.category(char)[0] == "N" for char in text):
            return Reason.DIGIT
        if _MAYBE_ADDRESS.search(text):
            return Reason.ADDRESS
        if _holds(words(text), private_words):
            return Reason.PRIVATE_WORD
        return None

    def may_store(
        self, text: str, *, calls_seen: int, private_words: Iterable[str] = ()
    ) -> Permission:
        """Whether `text` may be kept on disk and in Redis.

        Args:
            text: The text as it is spoken.
            calls_seen: Number of different calls in which it was heard, this one included.
            private_words: Words of this caller, such as names.
        """
        if as_spoken(text) in self.listed:
            return Permission(True, Reason.LISTED)
        if (reason := self.forbids(text, private_words=private_words)) is not None:
            return Permission(False, reason)
        if calls_seen < self.min_calls:
            return Permission(False, Reason.HEARD_RARELY)
        return Permission(True, Reason.HEARD_OFTEN)


def words(text: str) -> list[str]:
    """The words of `text`, in one case and one spelling."""
    normalised = unicodedata.normalize("NFKC", text).casefold()
    # A vowel sign is part of its word, a joiner is not; anything else ends a word.
    kept = "".join(
        char if unicodedata.category(char)[0] in "LM" else " "
        for char in normalised
        if unicodedata.category(char) != "Cf"
    )
    return kept.split()


def _holds(spoken: list[str], private_words: Iterable[str]) -> bool:
    """Whether one of the private words was spoken, also with an ending of its language ("Ravi's",
    "रविजी", "ரவிக்கு")."""
    private = {word for entry in private_words for word in words(entry)}
    short = {word for word in private if len(word) < _STEM}
    stems = tuple(private - short)
    return any(word in short or word.startswith(stems) for word in spoken)
