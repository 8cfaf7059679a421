"""The language of a text, by its letters. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter

SCRIPTS = {
    "hi": (0x0900, 0x097F),
    "bn": (0x0980, 0x09FF),
    "pa": (0x0A00, 0x0A7F),
    "gu": (0x0A80, 0x0AFF),
    "or": (0x0B00, 0x0B7F),
    "ta": (0x0B80, 0x0BFF),
    "te": (0x0C00, 0x0C7F),
    "kn": (0x0C80, 0x0CFF),
    "ml": (0x0D00, 0x0D7F),
}
"""Language -> first and last code point of its script; Marathi counts as Hindi. Latin is `en`."""


def letters(text: str) -> Counter[str]:
    """How many letters of a text, vowel signs included, are in each language's script."""
    kept = (character for character in text if unicodedata.category(character)[0] in "LM")
    return Counter(language for character in kept if (language := _of(character)))


def language_of(text: str) -> str | None:
    """The language whose script most letters have; None for a text without letters.

    A text with a third of its letters in an Indic script is in that language: names and loan words
    are often written in Latin.
    """
    counted = letters(text)
    if not counted:
        return None
    indic = {language: count for language, count in counted.items() if language != "en"}
    if indic and 3 * sum(indic.values()) >= counted.total():
        return max(indic, key=lambda language: indic[language])
    return "en"


def _of(character: str) -> str | None:
    code = ord(character)
    if code < 0x250:
        return "en"
    return next((name for name, (a, z) in SCRIPTS.items() if a <= code <= z), None)
