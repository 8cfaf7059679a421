"""Word lists as data: one string per line of words, both spellings of the dotted letters.

Letters with a nukta (ज़, ড়, ਸ਼) have two encodings that look alike. Unicode's composed form (NFC)
writes them as two characters, many keyboards and language models as one.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_ONE_CHARACTER: Final = {
    unicodedata.normalize("NFD", char): char
    for char in map(chr, range(0x0900, 0x0B80))
    if unicodedata.decomposition(char) and unicodedata.normalize("NFC", char) != char
}


def words(*lines: str) -> frozenset[str]:
    """The words of `lines`, which are in NFC, each in both spellings."""
    listed = " ".join(lines).split()
    return frozenset(listed) | frozenset(map(_with_single_characters, listed))


def _with_single_characters(word: str) -> str:
    for pair, char in _ONE_CHARACTER.items():
        word = word.replace(pair, char)
    return word
