"""Takes out what a voice cannot say: Markdown marks, emoji, link targets.

Pure and incremental: what can be spoken leaves at once, whatever may follow. Only two things wait,
each for one character: a `*` after a digit ("2*3" is a product, "**" is not), and nothing else.

Cleaning is the same however the text is cut: state is carried from character to character.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Pictographs, dingbats, arrows that LLMs write as ornaments, flags, skin tones, tags and variation
# selectors. Not the zero-width joiners: Indic scripts need them.
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff"
    "\u25a0-\u25ff\u2022\u2043\u203c\u2049\ufe0e\ufe0f\u20e3\u200b\ufeff]"
)
_ZWJ: Final = "\u200d"

# Marks without a sound wherever they stand.
_DROPPED: Final = frozenset("`*_~#|\\[]{}<>")

_BULLETS: Final = frozenset("-+")
_MAX_LINK: Final = 2000  # characters of a link's target; beyond it, it was no link


class Cleaner:
    """Characters in, speakable characters out."""

    def __init__(self) -> None:
        # The last character that came in and the last one that went out.
        self._last_in = "\n"
        self._last_out = "\n"
        # Within the target of a Markdown link: how many characters of it were dropped.
        self._in_link = 0
        self._star_held = False

    def feed(self, text: str) -> str:
        """What can be spoken of `text`, as far as it can be told."""
        out: list[str] = []
        for char in text:
            for kept in self._clean(char):
                out.append(kept)
                self._last_out = kept
            self._last_in = char
        return "".join(out)

    def flush(self) -> str:
        """What was held, when no more text comes. A star at the end is a mark."""
        self._star_held = False
        return ""

    def _clean(self, char: str) -> str:
        if self._in_link:
            return self._link(char)
        if self._star_held:
            self._star_held = False
            if char.isdigit():
                return "*" + char
        if char == "(" and self._last_in == "]":
            self._in_link = 1
            return ""
        if char in _DROPPED:
            return self._mark(char)
        if char in _BULLETS and self._last_out == "\n":
            return ""
        if char == _ZWJ and _EMOJI.match(self._last_in):
            return ""
        if _EMOJI.match(char) or unicodedata.category(char) in ("Co", "Cs", "Cc"):
            return char if char in "\n\t\r" else ""
        return char

    def _link(self, char: str) -> str:
        self._in_link += 1
        if char == ")" or char == "\n" or self._in_link > _MAX_LINK:
            self._in_link = 0
            return "\n" if char == "\n" else ""
        return ""

    def _mark(self, char: str) -> str:
        if char == "*" and self._last_in.isdigit():
            self._star_held = True
            return ""
        # snake_case and table cells: two words, not one.
        if char in "_|" and self._last_out.isalnum():
            return " " if char == "|" or self._last_in.isalnum() else ""
        return ""
