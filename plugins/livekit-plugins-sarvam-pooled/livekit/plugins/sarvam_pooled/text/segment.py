"""A Segment, an ordered piece of a reply's text, and the kinds of places where it may end."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import Final

from ..spoken import as_spoken

# Left over from the sentence before: the second mark of "?!", a quotation's end, an ellipsis' rest.
_ORPHANS: Final = re.compile(r"^\s*[\"'”’)\]»!?.,;:…।॥۔؟،؛—–]+(?=\s)")
_GAPS: Final = re.compile(r"\s+")


class Boundary(enum.IntEnum):
    """How good a place to cut is, best last."""

    UNKNOWN = -1
    """More text is needed to tell."""
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
    """What is synthesised in one go.

    Attributes:
        index: 0 for the first of a reply.
        text: Its piece of the cleaned text, exactly: all texts joined are the whole, but for a
            rest without a word in it.
        language: Language of this Segment alone ("ta-IN"), None for that of the voice.
    """

    index: int
    text: str
    language: str | None = None

    @property
    def spoken(self) -> str:
        """What is sent: the text without white space around it, and without punctuation that
        belongs to the Segment before. Line ends stay: they are pauses (documented)."""
        return as_spoken(_ORPHANS.sub("", self.text))

    def behind(self, characters: float) -> Segment:
        """What is left from the word on that has this character of `spoken`, or else the last."""
        spoken = self.spoken
        before = spoken[: min(int(characters), len(spoken) - 1) + 1]
        start = max((gap.end() for gap in _GAPS.finditer(before)), default=0)
        return replace(self, text=spoken[start:])
