"""The language of a text by its script, for replies in several languages.

The script identifies most languages of India. Languages that share a script need no distinction:
Devanagari counts as Hindi, and a Marathi voice, which reads it too, stays Marathi. Latin letters
identify nothing: they may be English or Hindi words, and every voice of Sarvam reads both.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

_BLOCKS: Final[tuple[tuple[int, int, str], ...]] = (
    (0x0900, 0x097F, "hi-IN"),
    (0x0980, 0x09FF, "bn-IN"),
    (0x0A00, 0x0A7F, "pa-IN"),
    (0x0A80, 0x0AFF, "gu-IN"),
    (0x0B00, 0x0B7F, "od-IN"),
    (0x0B80, 0x0BFF, "ta-IN"),
    (0x0C00, 0x0C7F, "te-IN"),
    (0x0C80, 0x0CFF, "kn-IN"),
    (0x0D00, 0x0D7F, "ml-IN"),
    (0x0600, 0x06FF, "ur-IN"),
)

_SAME_SCRIPT: Final[dict[str, frozenset[str]]] = {
    "hi-IN": frozenset("mr-IN ne-IN sa-IN kok-IN mai-IN doi-IN brx-IN sd-IN ks-IN".split()),
    "bn-IN": frozenset("as-IN mni-IN".split()),
    "ur-IN": frozenset("ks-IN sd-IN".split()),
}


def language_of(text: str) -> str | None:
    """The language whose script has the most letters in `text`, ignoring Latin; None if there are
    none. Every voice reads English words among others, but an English voice reads no other script.
    """
    letters = Counter(filter(None, (_language(char) for char in text if char.isalpha())))
    return letters.most_common(1)[0][0] if letters else None


def reads(voice: str, language: str) -> bool:
    """Whether a voice of the language `voice` reads the script of `language`, a result of
    `language_of`."""
    return voice == language or voice in _SAME_SCRIPT.get(language, ())


def _language(char: str) -> str | None:
    code = ord(char)
    for first, last, language in _BLOCKS:
        if first <= code <= last:
            return language
    return None
