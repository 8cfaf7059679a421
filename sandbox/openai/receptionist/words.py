"""The words of an utterance from a recogniser: any case, with or without punctuation, misspelt.

Pure. `split` keeps the spelling (a caller's name is repeated as it was written); `fold` maps
equivalent spellings to one form for comparison.
"""

from __future__ import annotations

import re
import unicodedata

# A clock time ("10:30", "10.30"), a number, or letters with their marks. `\w` alone would split
# Indian words, whose vowel signs are marks; the danda (U+0964) is punctuation.
_WORD = re.compile(
    r"\d{1,2}[:.]\d{2}(?!\d)|\d+|(?:[^\W\d_]|(?![\d\u0964\u0965])[\u0900-\u0dff]|['’\u200c\u200d])+"
)
_DROPPED = re.compile("['’\u0300-\u036f\u093c\u200c\u200d]")
_CANDRABINDU, _ANUSVARA = "\u0901", "\u0902"


def split(text: str) -> tuple[str, ...]:
    """The words of `text` in their spelling, without punctuation."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text)))


def fold(word: str) -> str:
    """`word` without differences of spelling that have no meaning.

    Case, accents, apostrophes, the nukta (ढ़ and ढ) and candrabindu against anusvara (हाँ and हां).
    Twice, as a letter's compatible form can have its own case (Unicode 3.13, D146).
    """
    for _ in range(2):
        word = unicodedata.normalize("NFKD", word.casefold())
    return _DROPPED.sub("", word).replace(_CANDRABINDU, _ANUSVARA)


def folded(text: str) -> tuple[str, ...]:
    """The folded words of `text`, one for each word of `split`."""
    return tuple(fold(word) for word in split(text))


def within_one_edit(first: str, second: str) -> bool:
    """Whether one letter added, removed or changed, or two swapped, makes them the same."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        start += 1
    first, second = first[start:], second[start:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    if len(first) <= 1 and len(second) <= 1:
        return True
    return len(first) == 2 and first == second[::-1]
