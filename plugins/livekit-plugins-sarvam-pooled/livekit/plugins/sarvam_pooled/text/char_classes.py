"""Classes of characters and words: scripts, grapheme clusters, addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

JOINERS: Final = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Indic scripts need them."""

_IN_ADDRESS: Final = re.compile(r"://|^www\.|@|\.[a-z]{2,}[/?]", re.IGNORECASE)
# "irctc.co.in": the next character shows whether "?" begins a query or ends a question.
_DOMAIN: Final = re.compile(r"[a-z0-9-]\.[a-z]{2,}$", re.IGNORECASE)
_VIRAMA: Final = 9  # its canonical combining class
# Letters with a nukta (ज़, ড়, ਸ਼) have two encodings that look alike. Unicode's composed form (NFC)
# writes them as two characters, many keyboards and language models as one.
_ONE_CHARACTER: Final = {
    unicodedata.normalize("NFD", char): char
    for char in map(chr, range(0x0900, 0x0B80))
    if unicodedata.decomposition(char) and unicodedata.normalize("NFC", char) != char
}


def words(*lines: str) -> frozenset[str]:
    """The words of `lines`, which are in NFC, each in both encodings of its nuktas."""
    listed = " ".join(lines).split()
    return frozenset(listed) | frozenset(map(_with_single_characters, listed))


def _with_single_characters(word: str) -> str:
    for pair, char in _ONE_CHARACTER.items():
        word = word.replace(pair, char)
    return word


def word_before(text: str, i: int) -> str:
    """The characters without space before `text[i]`, without opening quotes and brackets."""
    start = i
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return text[start:i].lstrip("\"'“‘([«")


def is_address(word: str) -> bool:
    """Whether `word` is a URL or e-mail address, perhaps incomplete."""
    return _IN_ADDRESS.search(word) is not None


def is_domain(word: str) -> bool:
    """Whether `word` ends like a host name ("sarvam.ai")."""
    return _DOMAIN.search(word) is not None


def extends_cluster(char: str) -> bool:
    """Whether `char` belongs to the character before it: a vowel sign, a nukta, a joiner."""
    return char in JOINERS or unicodedata.category(char)[0] == "M"


def is_cluster_break(last: str, following: str) -> bool:
    """Whether a reader sees two characters in `last` and `following`: no vowel sign, joiner or
    conjunct holds them together. Unicode's grapheme clusters (`\\X`) would divide the conjuncts of
    Tamil, Kannada and Gurmukhi.
    """
    if extends_cluster(following):
        return False
    # A virama or a joiner takes the next letter into its cluster.
    return unicodedata.combining(last) != _VIRAMA and last not in JOINERS


def is_indic(char: str) -> bool:
    """Whether `char` belongs to a block of the Indic scripts (Devanagari to Malayalam)."""
    return "\u0900" <= char <= "\u0d7f"


def is_latin(char: str) -> bool:
    """Whether `char` is of the Latin script, or a sign of no particular script."""
    return char < "\u0250"
