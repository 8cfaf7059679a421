"""A Segment, an ordered piece of a reply's text, and the kinds of places where it may end."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import Final

from ..spoken import as_spoken

# The rest of the sentence before: the second mark of "?!", a closing quote, part of an ellipsis.
_ORPHANS: Final = re.compile(r"^\s*[\"'”’)\]»!?.,;:…।॥۔؟،؛—–]+(?=\s)")
_GAPS: Final = re.compile(r"\s+")


class Boundary(enum.IntEnum):
    """How good a place to cut is, best last."""

    UNKNOWN = -1
    """More text is needed."""
    NONE = 0
    """Within a word, a number, an address."""
    TIED = 1
    """Between two words that are said in one breath."""
    WORD = 2
    """Between two words."""
    PHRASE = 3
    """Where a speaker may pause without a comma."""
    CLAUSE = 4
    SENTENCE = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A text that is synthesised at once.

    Attributes:
        index: 0 for the first of a reply.
        text: Its exact piece of the cleaned text: joined, the pieces are the whole text, except a
            rest without a word.
        language: Language of this Segment alone ("ta-IN"), or None for the voice's.
    """

    index: int
    text: str
    language: str | None = None

    @property
    def spoken(self) -> str:
        """The text as it is sent: without punctuation that belongs to the Segment before, and with
        white space as `as_spoken` leaves it."""
        return as_spoken(_ORPHANS.sub("", self.text))

    def behind(self, characters: float) -> Segment:
        """The rest of the Segment, from the word at this character of `spoken`, or else the last
        word."""
        spoken = self.spoken
        before = spoken[: min(int(characters), len(spoken) - 1) + 1]
        start = max((gap.end() for gap in _GAPS.finditer(before)), default=0)
        return replace(self, text=spoken[start:])
