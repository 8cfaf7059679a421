"""The kind of boundary after each character of a text, which decides where it may be cut.

`boundary(text, i)` looks at character `i`, at the text before it, and at as little of the text
after it as the case needs. While that is missing, the answer is `UNKNOWN`. Every other answer stays
the same however the text arrives, and so do the cuts; and nothing waits without need:

- certain at once: a danda, a question or exclamation mark, a comma after a letter, a stop after a
  long word of an Indian script (even if it becomes an ellipsis), the third stop of an ellipsis;
- one character more: any other stop ("3." may become "3.5"), a comma or colon after a digit, any
  mark after a word that may be a host's name;
- the next word's beginning: a space (see `word_joins.py`), and the stop of "a.m." or "No.".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .abbreviations import (
    BEFORE_NUMBERS,
    LETTERS,
    MAY_END,
    NEVER_END,
    VISARGA,
    ends_in_initials,
)
from .char_classes import is_address, is_domain, is_indic, word_before
from .segment import Boundary
from .word_joins import between_words

_SENTENCE_ENDS: Final = frozenset("!?।॥۔؟！？。")
_CLAUSE_ENDS: Final = frozenset(";؛、；，…")
# Ends of a clause, except between digits: "1,200", "9:30".
_CLAUSE_ENDS_BUT_IN_NUMBERS: Final = frozenset(",،:—")
# These may occur in a URL or an e-mail address.
_IN_ADDRESSES: Final = frozenset(".,;:!?")
_CLOSERS: Final = frozenset("\"'”’)]»")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "ftp"})
# A word of this length in an Indic script, before a stop, is not an abbreviation.
_LONG_INDIC_WORD: Final = 4


def boundary(text: str, i: int, *, ended: bool = False) -> Boundary:
    """The boundary after `text[i]`.

    Args:
        ended: No more text follows; then the answer is never `UNKNOWN`.
    """
    char = text[i]
    if char.isalnum():
        return Boundary.NONE
    if char.isspace():
        return _at_space(text, i, ended=ended)
    if char in _IN_ADDRESSES and _is_address(word_before(text, i), char):
        return _after_address(text, i, ended=ended)
    if char == "۔":
        return _after_urdu_stop(text, i, ended=ended)
    if char in _SENTENCE_ENDS:
        return Boundary.SENTENCE
    if char in _CLAUSE_ENDS:
        return Boundary.CLAUSE
    rule = _RULES.get(char)
    return rule(text, i, ended=ended) if rule else Boundary.NONE


def _next(text: str, i: int, *, ended: bool) -> str | None:
    """The character after `text[i]`; a new line at the end of all text; None if not known yet."""
    if i + 1 < len(text):
        return text[i + 1]
    return "\n" if ended else None


def _at_space(text: str, i: int, *, ended: bool) -> Boundary:
    if text[i] == "\n":
        return Boundary.SENTENCE
    if i == 0 or text[i - 1].isspace():
        return Boundary.NONE
    # " - " and "--" are dashes.
    if text[i - 1] == "-" and (i == 1 or text[i - 2].isspace() or text[i - 2] == "-"):
        return Boundary.CLAUSE
    return between_words(text, i, ended=ended)


def _after_address(text: str, i: int, *, ended: bool) -> Boundary:
    """Punctuation at the end of an address has white space after it."""
    following = _next(text, i, ended=ended)
    if following is None:
        return Boundary.UNKNOWN
    if not following.isspace():
        return Boundary.NONE
    return Boundary.SENTENCE if text[i] in ".!?" else Boundary.CLAUSE


def _is_address(word: str, mark: str) -> bool:
    # A stop ends nothing anyway unless white space follows.
    return is_address(word) or (mark != "." and is_domain(word))


def _after_urdu_stop(text: str, i: int, *, ended: bool) -> Boundary:
    """The end of a sentence, except in initials ("ایم۔ اے۔") and decimals ("3۔5")."""
    if word_before(text, i).rpartition("۔")[2] in LETTERS:
        return Boundary.NONE
    return _unless_in_number(text, i, Boundary.SENTENCE, ended=ended)


def _after_comma(text: str, i: int, *, ended: bool) -> Boundary:
    word = word_before(text, i)
    if word.endswith(".") and word[:-1].lower() in NEVER_END:
        return Boundary.NONE  # "e.g.,"
    return _unless_in_number(text, i, Boundary.CLAUSE, ended=ended)


def _unless_in_number(text: str, i: int, kind: Boundary, *, ended: bool) -> Boundary:
    if i == 0 or not text[i - 1].isdigit():
        return kind
    following = _next(text, i, ended=ended)
    if following is None:
        return Boundary.UNKNOWN
    return Boundary.NONE if following.isdigit() else kind


def _after_colon(text: str, i: int, *, ended: bool) -> Boundary:
    word = word_before(text, i)
    if word.lower() in _SCHEMES or word in VISARGA:
        return Boundary.NONE
    if word and is_indic(word[-1]) and not word[-1].isdigit():
        # Within a word it is a visarga: "दु:ख".
        following = _next(text, i, ended=ended)
        if following is None:
            return Boundary.UNKNOWN
        return Boundary.NONE if is_indic(following) else Boundary.CLAUSE
    return _after_comma(text, i, ended=ended)


def _after_en_dash(text: str, i: int, *, ended: bool) -> Boundary:
    """A dash with white space beside it; without white space it joins words: "Monday–Friday"."""
    if i == 0 or text[i - 1].isspace():
        return Boundary.CLAUSE
    following = _next(text, i, ended=ended)
    if following is None:
        return Boundary.UNKNOWN
    return Boundary.CLAUSE if following.isspace() else Boundary.NONE


def _after_stop(text: str, i: int, *, ended: bool) -> Boundary:
    if text.endswith("..", 0, i):
        return Boundary.CLAUSE  # an ellipsis: the speaker trails off and may go on
    word = word_before(text, i)
    if _is_long_indic(word):
        return Boundary.SENTENCE
    following = _next(text, i, ended=ended)
    if following is None:
        return Boundary.UNKNOWN
    if following == "." or not (following.isspace() or following in _CLOSERS):
        return Boundary.NONE
    if word.endswith("."):
        return Boundary.CLAUSE
    return _after_last_stop(text, i, word, ended=ended)


def _after_last_stop(text: str, i: int, word: str, *, ended: bool) -> Boundary:
    """A stop with white space after it: the word before decides, or the next one."""
    key = word.lower()
    if key in NEVER_END or ends_in_initials(text, i):
        return Boundary.NONE
    if key in BEFORE_NUMBERS or key in MAY_END:
        return _by_next_word(text, i, numbered=key in BEFORE_NUMBERS, ended=ended)
    if word.isdigit() and _begins_line(text, i - len(word)):
        return Boundary.NONE  # "1. " of a list
    return Boundary.SENTENCE


def _by_next_word(text: str, i: int, *, numbered: bool, ended: bool) -> Boundary:
    """After "No." a number follows, or the sentence has ended. After "p.m." it has ended if a word
    with one capital follows ("The", but not "IST")."""
    start = i + 1
    while start < len(text) and (text[start] in _CLOSERS or text[start].isspace()):
        if text[start] == "\n":
            return Boundary.SENTENCE
        start += 1
    char = _next(text, start - 1, ended=ended)
    if char is None:
        return Boundary.UNKNOWN
    if numbered:
        return Boundary.NONE if char.isdigit() else Boundary.SENTENCE
    if not char.isupper():
        return Boundary.SENTENCE if char == "\n" else Boundary.NONE
    second = _next(text, start, ended=ended)
    if second is None:
        return Boundary.UNKNOWN
    return Boundary.NONE if second.isupper() else Boundary.SENTENCE


def _is_long_indic(word: str) -> bool:
    """Whether `word` is long enough for a full word in an Indic script, and has no inner stop."""
    if len(word) < _LONG_INDIC_WORD or word in NEVER_END or word in LETTERS:
        return False
    return all(is_indic(char) and not char.isdigit() for char in word)


def _begins_line(text: str, i: int) -> bool:
    before = text[:i].rstrip(" ")
    return not before or before.endswith("\n")


_RULES: Final[dict[str, Callable[..., Boundary]]] = {
    ".": _after_stop,
    ":": _after_colon,
    "–": _after_en_dash,
    **dict.fromkeys(_CLAUSE_ENDS_BUT_IN_NUMBERS - {":"}, _after_comma),
}
