"""What a word or character looks like: its script, an initial, an address. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .abbreviations import LETTERS, SHORT_WORDS

JOINERS: Final = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Indic scripts need them."""

_ADDRESS: Final = re.compile(r"://|^www\.|@|\.[a-z]{2,}[/?]", re.IGNORECASE)
# "irctc.co.in": what follows tells whether "?" begins a query or ends a question.
_DOMAIN: Final = re.compile(r"[a-z0-9-]\.[a-z]{2,}$", re.IGNORECASE)
_VIRAMA: Final = 9  # its canonical combining class


def word_before(text: str, i: int) -> str:
    """The characters without space before `text[i]`, without opening quotes and brackets."""
    start = i
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return text[start:i].lstrip("\"'“‘([«")


def is_address(word: str) -> bool:
    """Whether `word` is a URL or e-mail address, perhaps not yet whole."""
    return _ADDRESS.search(word) is not None


def is_domain(word: str) -> bool:
    """Whether `word` ends as the name of a host does ("sarvam.ai")."""
    return _DOMAIN.search(word) is not None


def extends_cluster(char: str) -> bool:
    """Whether `char` belongs to the character before it: a vowel sign, a nukta, a joiner."""
    return char in JOINERS or unicodedata.category(char)[0] == "M"


def is_cluster_break(last: str, following: str) -> bool:
    """Whether a reader sees two characters in `last` and `following`: no vowel sign, joiner or
    conjunct holds them together (Unicode's grapheme clusters, as far as Indic scripts need them).
    """
    if extends_cluster(following):
        return False
    # A virama or a joiner takes the next letter into its cluster.
    return unicodedata.combining(last) != _VIRAMA and last not in JOINERS


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


def ends_in_initials(text: str, i: int) -> bool:
    """Whether one initial or several stand before `text[i]`. What is a letter's name and a word
    ("जी", "কে") is an initial after another one: "ए. जी. नूरानी".
    """
    word = word_before(text, i)
    if is_initials(word):
        return True
    if word not in LETTERS:
        return False
    before = word_before(text, i - len(word) - 1)
    return before.endswith(".") and before[:-1] in LETTERS


def _is_one_letter(part: str) -> bool:
    bases = [char for char in part if not unicodedata.category(char).startswith("M")]
    return len(bases) == 1 and bases[0].isalpha() and (bases[0].isupper() or is_indic(bases[0]))
