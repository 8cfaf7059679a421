"""The language of a text by its script, for code-mixed replies.

Scripts tell most languages of India apart. Devanagari is taken for Hindi: a Marathi voice reads it
as well, so a caller of `detect_language` with a Marathi voice keeps Marathi (see `tts.py`).
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


def language_of(text: str) -> str | None:
    """Language of most letters in `text`, or None when it has none. A script of India wins over
    Latin letters among it: its voices read English words, an English voice reads no other script.
    """
    letters: Counter[str] = Counter()
    for char in text:
        if char.isalpha():
            letters[_language(char)] += 1
    indic = [(count, language) for language, count in letters.items() if language != "en-IN"]
    if indic:
        return max(indic)[1]
    return "en-IN" if letters else None


def _language(char: str) -> str:
    code = ord(char)
    for first, last, language in _BLOCKS:
        if first <= code <= last:
            return language
    return "en-IN"
