"""Where a text may be cut: what kind of boundary stands behind each character.

Pure. `boundary(text, i)` looks at character `i`, at what precedes it, and at as little of what
follows as the case needs. When that little has not come yet it answers `UNKNOWN`; asked again with
more text, it answers the same whatever the pieces were. So cuts do not depend on how text arrives,
and nothing waits that need not: a danda, a question mark, a comma after a letter are certain at
once, while "3." may become "3.5" and "Dr" may own its stop.
"""

from __future__ import annotations

import enum
import unicodedata
from typing import Final

from .words import ABBREVIATIONS, ENDS_OR_ABBREVIATES


class Boundary(enum.IntEnum):
    """How good a place to cut is, best last."""

    UNKNOWN = -1
    NONE = 0
    WORD = 1
    CLAUSE = 2
    SENTENCE = 3


# Never part of a number, an address or an abbreviation: sure ends of a sentence.
_SENTENCE_ENDS: Final = frozenset("!।॥۔؟\n！？。")
_CLAUSE_ENDS: Final = frozenset(";؛،—、；，…")
# Ends of a clause, except between digits: "1,200", "9:30", "9–5".
_CLAUSE_ENDS_BUT_IN_NUMBERS: Final = frozenset(",:–")
_CLOSERS: Final = frozenset("\"'”’)]»")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "ftp"})
# A word of so many letters in an Indic script, before a stop, is no abbreviation.
_LONG_INDIC_WORD: Final = 4


def boundary(text: str, i: int, *, ended: bool = False) -> Boundary:
    """The boundary behind `text[i]`.

    Args:
        ended: No more text follows; then the answer is never `UNKNOWN`.
    """
    char = text[i]
    if char.isspace():
        return _at_space(text, i)
    if _in_address(text, i):
        return Boundary.NONE
    if char in _SENTENCE_ENDS or char == "?":
        return Boundary.SENTENCE
    if char in _CLAUSE_ENDS:
        return Boundary.CLAUSE
    if char in _CLAUSE_ENDS_BUT_IN_NUMBERS:
        return _after_comma(text, i, ended=ended)
    if char == ".":
        return _after_stop(text, i, ended=ended)
    return Boundary.NONE


def word_before(text: str, i: int) -> str:
    """The characters without space before `text[i]`, without opening quotes and brackets."""
    start = i
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return text[start:i].lstrip("\"'“‘([«")


def _at_space(text: str, i: int) -> Boundary:
    if text[i] == "\n":
        return Boundary.SENTENCE
    if i == 0 or text[i - 1].isspace():
        return Boundary.NONE
    # " - " stands for a dash.
    if text[i - 1] == "-" and (i == 1 or text[i - 2].isspace()):
        return Boundary.CLAUSE
    return Boundary.WORD


def _in_address(text: str, i: int) -> bool:
    """Within a URL or e-mail address, which only white space ends."""
    word = word_before(text, i)
    return "://" in word or word.startswith("www.") or "@" in word


def _after_comma(text: str, i: int, *, ended: bool) -> Boundary:
    if text[i] == ":" and word_before(text, i).lower() in _SCHEMES:
        return Boundary.NONE
    if i == 0 or not text[i - 1].isdigit():
        return Boundary.CLAUSE
    if i + 1 == len(text):
        return Boundary.CLAUSE if ended else Boundary.UNKNOWN
    return Boundary.NONE if text[i + 1].isdigit() else Boundary.CLAUSE


def _after_stop(text: str, i: int, *, ended: bool) -> Boundary:
    word = word_before(text, i)
    if _is_long_indic(word):
        return Boundary.SENTENCE
    if i + 1 == len(text):
        return Boundary.SENTENCE if ended else Boundary.UNKNOWN
    following = text[i + 1]
    if following == ".":
        return Boundary.NONE
    if word.endswith("."):
        # The last stop of several: the speaker trails off and may go on.
        return Boundary.CLAUSE if word.strip(".") or i else Boundary.NONE
    if not following.isspace() and following not in _CLOSERS:
        return Boundary.NONE
    return _stop_after_word(text, i, word, ended=ended)


def _stop_after_word(text: str, i: int, word: str, *, ended: bool) -> Boundary:
    """A stop with white space behind it: the word before decides."""
    key = word.lower()
    if key in ENDS_OR_ABBREVIATES:
        return _by_next_word(text, i, ended=ended)
    if key in ABBREVIATIONS or _is_initial(word):
        return Boundary.NONE
    if word.isdigit() and _begins_line(text, i - len(word)):
        return Boundary.NONE  # "1. " of a list
    return Boundary.SENTENCE


def _by_next_word(text: str, i: int, *, ended: bool) -> Boundary:
    for char in text[i + 1 :]:
        if char == "\n":
            return Boundary.SENTENCE
        if not char.isspace() and char not in _CLOSERS:
            return Boundary.SENTENCE if char.isupper() else Boundary.NONE
    return Boundary.SENTENCE if ended else Boundary.UNKNOWN


def _is_long_indic(word: str) -> bool:
    """Whether `word` has the length of a full word in a script of India, and no inner stop."""
    if len(word) < _LONG_INDIC_WORD or word.lower() in ABBREVIATIONS | ENDS_OR_ABBREVIATES:
        return False
    return all(is_indic(char) for char in word)


def is_indic(char: str) -> bool:
    """Whether `char` belongs to a block of the Indic scripts (Devanagari to Malayalam)."""
    return "\u0900" <= char <= "\u0d7f"


def _is_initial(word: str) -> bool:
    """ "A" in "A. P. J. Abdul Kalam", "ए" in "ए. पी. जे.", "S.R" in "S.R. Rao"."""
    parts = word.split(".")
    return all(_is_one_letter(part) for part in parts)


def _is_one_letter(part: str) -> bool:
    bases = [char for char in part if not unicodedata.category(char).startswith("M")]
    return len(bases) == 1 and bases[0].isalpha() and (bases[0].isupper() or is_indic(bases[0]))


def _begins_line(text: str, i: int) -> bool:
    before = text[:i].rstrip(" ")
    return not before or before.endswith("\n")
