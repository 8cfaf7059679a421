"""The boundary between two words: whether a pause there sounds natural.

This is a rule of thumb, not a grammar. Between two words there is

- nothing at all when they are one number, one name with its initials, one amount ("98765 | 43210",
  "Dr. | Rao", "Rs. | 500");
- no pause when one is bound to the other ("to | go", "के | लिए", "room | 5", "9 | a.m.");
- the end of a phrase when the next word starts one ("the clinic | on MG Road"), when the last word
  closes one ("आपके लिए | ..."), and between other words of the Indian scripts, whose languages mark
  the end of a phrase on its last word;
- otherwise only a word boundary: it may divide an English verb and its object, or a name.
"""

from __future__ import annotations

import re
from typing import Final

from .abbreviations import BEFORE_NUMBERS, NEVER_END, ends_in_initials
from .char_classes import is_latin, word_before
from .function_words import BOUND_TO_NEXT, BOUND_TO_PREVIOUS, ENDINGS_BOUND_TO_NEXT, PHRASE_STARTS
from .segment import Boundary

_NEXT_WORD: Final = re.compile(r"[^\s,.;:!?।॥۔؟،؛…\"“”()\[\]—–/-]*")
_OPENING_MARKS: Final = frozenset('("“‘₹$€£')
_CLOSING_MARKS: Final = tuple(')"”')
_INCOMPLETE: Final = tuple("₹$€£॰૰")
_SPACES: Final = frozenset(" \t\u00a0")
_STARTS_AFTER_NUMBERS: Final = PHRASE_STARTS - {"to", "in"}
_ABBREVIATIONS: Final = NEVER_END | BEFORE_NUMBERS
# All prefixes of the words above. A word that begins otherwise is not one of them, so its boundary
# is known before it is complete.
_PREFIXES: Final = frozenset(
    word[:n] for word in BOUND_TO_PREVIOUS | PHRASE_STARTS for n in range(1, len(word) + 1)
)


def between_words(text: str, i: int, *, ended: bool) -> Boundary:
    """The boundary at the white space `text[i]`, after a word: NONE, NO_PAUSE, WORD or
    PHRASE_END.

    UNKNOWN while the next word may still become one that matters, unless `ended`.
    """
    before = word_before(text, i)
    if _is_incomplete(before) or (before.endswith(".") and ends_in_initials(text, i - 1)):
        return Boundary.NONE
    if _is_bound_to_next(before):
        return Boundary.NO_PAUSE
    start = _start_of_next(text, i)
    if start == len(text):
        return Boundary.WORD if ended else Boundary.UNKNOWN
    if text[start] == "\n":
        return Boundary.WORD
    return _before_next(before, text, start, ended=ended)


def _is_incomplete(word: str) -> bool:
    """Whether `word`, with its punctuation, is part of one with the next: "डॉ.", "₹"."""
    if word.endswith(_INCOMPLETE):
        return True
    return word.endswith(".") and _without_stops(word) in _ABBREVIATIONS


def _is_bound_to_next(word: str) -> bool:
    """Whether `word`, with its punctuation, belongs to the next one."""
    word_itself = _without_stops(word)
    if not any(char.isalnum() for char in word_itself):
        return True  # a lone sign: "&"
    return word_itself in BOUND_TO_NEXT or word_itself.endswith(ENDINGS_BOUND_TO_NEXT)


def _before_next(before: str, text: str, start: int, *, ended: bool) -> Boundary:
    if text[start] in _OPENING_MARKS:
        return Boundary.PHRASE_END
    match = _NEXT_WORD.match(text, start)
    assert match is not None  # the match may be empty
    word = _without_stops(match[0])
    if text[start].isdigit() and _is_number(before):
        return Boundary.NONE
    if not text[start].isalpha():
        return Boundary.NO_PAUSE  # a number, a dash, "&": part of the text before
    if match.end() == len(text) and not ended and word in _PREFIXES:
        return Boundary.UNKNOWN
    if word in BOUND_TO_PREVIOUS or (_is_number(before) and word not in _STARTS_AFTER_NUMBERS):
        return Boundary.NO_PAUSE
    if word in ("and", "or") and _is_number(before):
        return _before_conjunction(text, match.end(), ended=ended)
    if word in PHRASE_STARTS:
        # The last word of a clause starts nothing: "to hear | that."
        following = text[match.end() : match.end() + 1]
        return Boundary.PHRASE_END if following in _SPACES else Boundary.NO_PAUSE
    return _between_independent(before, text[start])


def _before_conjunction(text: str, end: int, *, ended: bool) -> Boundary:
    """Between a number and "and": "5 | and 6" is one, "Rs. 500 | and you can pay" is not."""
    start = _start_of_next(text, end)
    if start == len(text) and not ended:
        return Boundary.UNKNOWN
    return Boundary.PHRASE_END if text[start : start + 1].isalpha() else Boundary.NO_PAUSE


def _between_independent(before: str, next_letter: str) -> Boundary:
    """Between two independent words."""
    if _without_stops(before) in BOUND_TO_PREVIOUS or before.endswith(_CLOSING_MARKS):
        return Boundary.PHRASE_END
    if before[0].isupper() and next_letter.isupper():
        return Boundary.NO_PAUSE  # a name: "Sunrise Hospital", "MG Road"
    # The last letter: a sign behind it, such as the apostrophe of "doctors’", has no script.
    letter = next((char for char in reversed(before) if char.isalpha()), before[-1])
    return Boundary.WORD if is_latin(letter) else Boundary.PHRASE_END


def _without_stops(word: str) -> str:
    """The word in lower case, without full stops and commas behind it."""
    return word.rstrip(".,").lower().replace("’", "'")


def _is_number(word: str) -> bool:
    return word.rstrip(".,)")[-1:].isdigit()


def _start_of_next(text: str, i: int) -> int:
    """Index of the next character that is not white space, or is a new line."""
    while i < len(text) and text[i].isspace() and text[i] != "\n":
        i += 1
    return i
