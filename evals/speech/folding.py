"""Texts and words in one form, so that two spellings of one word are equal. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_NUKTA = "\u093c"
_CHANDRABINDU, _ANUSVARA = "\u0901", "\u0902"
_JOINERS = str.maketrans("", "", "\u200b\u200c\u200d")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text in lower case, with Western digits, without nukta and joiners.

    A recogniser and a language model differ in these (`ज़रूर`, `जरूर`; `हाँ`, `हां`).
    """
    text = unicodedata.normalize("NFD", text.casefold()).translate(_JOINERS)
    text = unicodedata.normalize("NFC", text.replace(_NUKTA, ""))
    return "".join(_folded(character) for character in text)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The folded words: letters, marks and digits make words, everything else separates them."""
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in fold(text))
    return tuple("".join(kept).split())


def _folded(character: str) -> str:
    if character == _CHANDRABINDU:
        return _ANUSVARA
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    return character
