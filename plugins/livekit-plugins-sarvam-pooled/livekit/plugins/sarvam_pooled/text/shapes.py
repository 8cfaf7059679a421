"""What a word looks like: its script, an initial, an address. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .abbreviations import LETTERS, SHORT_WORDS

_ADDRESS: Final = re.compile(r"://|^www\.|@|\.[a-z]{2,}[/?]", re.IGNORECASE)


def word_before(text: str, i: int) -> str:
    """The characters without space before `text[i]`, without opening quotes and brackets."""
    start = i
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return text[start:i].lstrip("\"'“‘([«")


def is_address(word: str) -> bool:
    """Whether `word` is a URL or e-mail address, perhaps not yet whole."""
    return _ADDRESS.search(word) is not None


def is_indic(char: str) -> bool:
    """Whether `char` belongs to a block of the Indic scripts (Devanagari to Malayalam)."""
    return "\u0900" <= char <= "\u0d7f"


def is_latin(char: str) -> bool:
    """Whether `char` is of the Latin script, or a sign that says nothing of a script."""
    return char < "\u0250"


def is_initials(word: str) -> bool:
    """Whether `word` before a stop is one initial or several.

    "A" in "A. P. J. Abdul Kalam", "एस" in "एस. राव", "पु" in "पु. ल. देशपांडे", "S.R" in "S.R. Rao".
    """
    parts = word.split(".")
    if len(parts) == 1 and word in SHORT_WORDS:
        return False
    return all(part in LETTERS or _is_one_letter(part) for part in parts)


def _is_one_letter(part: str) -> bool:
    bases = [char for char in part if not unicodedata.category(char).startswith("M")]
    return len(bases) == 1 and bases[0].isalpha() and (bases[0].isupper() or is_indic(bases[0]))
