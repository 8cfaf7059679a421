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
    """Kinds of places to cut, the best last."""

    UNKNOWN = -1
    """More text is needed."""
    NONE = 0
    """Within a word, a number, an address."""
    NO_PAUSE = 1
    """Between two words that are said without a pause."""
    WORD = 2
    """Between two words."""
    PHRASE_END = 3
    """At the end of a phrase: a speaker may pause here without a comma."""
    CLAUSE = 4
    SENTENCE = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A text that is synthesised at once.

    Attributes:
        index: 0 for the first of a reply.
        text: Exact piece of the cleaned text. The pieces of a reply are its whole text, except a
            rest without a word.
        language: Language of this Segment ("ta-IN"), or None for the voice's.
    """

    index: int
    text: str
    language: str | None = None

    @property
    def spoken(self) -> str:
        """The text that is sent: in the form of `as_spoken`, without punctuation of the Segment
        before."""
        return as_spoken(_ORPHANS.sub("", self.text))

    def remainder_from(self, characters: float) -> Segment:
        """The rest of the Segment, from the word at this character of `spoken`, or else the last
        word."""
        spoken = self.spoken
        before = spoken[: min(int(characters), len(spoken) - 1) + 1]
        start = max((gap.end() for gap in _GAPS.finditer(before)), default=0)
        return replace(self, text=spoken[start:])
