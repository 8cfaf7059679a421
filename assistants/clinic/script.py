"""The script in which a text is written. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter


def script(text: str) -> str:
    """The script of most letters, as Unicode names it: "LATIN", "DEVANAGARI"; empty without any."""
    names = (unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha())
    return next((name for name, _ in Counter(names).most_common(1)), "")
