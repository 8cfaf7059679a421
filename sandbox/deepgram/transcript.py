"""Words with their times, and how a transcript writes them. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A sentence that begins with one of these, after a greeting, ends with a question mark.
_ASKING = frozenset(
    "what when where which who how why is are am do does did can could may should will".split()
)
_GREETING = frozenset("hello hi hey namaste okay yes no sorry and so good morning evening".split())
# First word of a letter's Unicode name -> BCP-47 tag of the language.
_LETTERS = {
    "LATIN": "en",
    "DEVANAGARI": "hi",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "BENGALI": "bn",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "ORIYA": "or",
    "ARABIC": "ur",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word, as written in a text with punctuation."""

    written: str
    """With its capital and its stop: `Rao,`."""
    start: float
    """Seconds since the stream began; so is `end`."""
    end: float
    confidence: float
    """0 to 1."""

    @property
    def bare(self) -> str:
        """In lower case and without punctuation at its ends."""
        return strip(self.written).lower()


def strip(word: str) -> str:
    """`word` without punctuation at its ends; unchanged if nothing is left."""
    first, last = 0, len(word)
    while first < last and unicodedata.category(word[first])[0] in "PSZ":
        first += 1
    while last > first and unicodedata.category(word[last - 1])[0] in "PSZ":
        last -= 1
    return word[first:last] or word


def punctuate(
    words: Sequence[str], spellings: Mapping[str, str], *, is_whole: bool = True
) -> list[str]:
    """Recognised words (lower case) as a sentence: capitals, and if it `is_whole` a full stop or a
    question mark.

    `spellings` has the words with a capital.
    """
    written = [spellings.get(word, word) for word in words]
    if not written:
        return []
    written[0] = written[0][:1].upper() + written[0][1:]
    if is_whole:
        opening = next((word for word in words if word not in _GREETING), "")
        written[-1] += "?" if opening in _ASKING else "."
    return written


def language_of(text: str) -> str:
    """The BCP-47 tag that the first letter of `text` suggests; English if it has none."""
    for character in text:
        if character.isalpha():
            return _LETTERS.get(unicodedata.name(character, "").split(" ", 1)[0], "en")
    return "en"
