"""Removes characters that a voice cannot say: Markdown marks, emoji, link targets, tags.

It is incremental: speakable text leaves at once, whatever may follow. Only text that is markup in
nearly every case is held until the next character decides (see `markup.py`): a `*` after a number
("2*3" is a product, "**" is not), a dash at the beginning of a line, a link's target, a tag.

The output has these properties:

- No two words or numbers are joined by a removal between them.
- White space is one blank or one line end, and none comes first.
- A combining mark or joiner only follows a character that it can belong to.

The words of code blocks, tables and struck text stay. The result is the same however the text is
cut: state is carried from character to character.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Final

from .char_classes import JOINERS, extends_cluster
from .markup import Construct, Info, Link, Peek, Tag

# Pictographs, dingbats, arrows and boxes that LLMs write as ornaments; flags, skin tones, tags and
# variation selectors; replacement characters.
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\U000e0000-\U000e007f\u2139\u2190-\u21ff\u2300-\u23ff\u24c2"
    "\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\u2022\u2023\u2043\u203c\u2049\u3030\u303d\u3297\u3299"
    "\ufe00-\ufe0f\u20e3\ufffc\ufffd]"
)

# Silent everywhere. Emphasis may stand within a word: "**P**AN".
_EMPHASIS: Final = frozenset("*~`")
_DROPPED: Final = _EMPHASIS | frozenset("_#|\\[]{}")
# Silent at the beginning of a line: rules, tables, definitions.
_DROPPED_FIRST: Final = frozenset("=:>")

_LINE_ENDS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# The visible ones of these: joiners, and the signs of Arabic script that precede a number.
_SEEN: Final = frozenset(JOINERS) | frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd")


class _Gap(enum.Enum):
    """The kind of removal since the last word or number."""

    NONE = enum.auto()
    EMPHASIS = enum.auto()
    MARK = enum.auto()


class Cleaner:
    """Takes characters, returns speakable ones."""

    def __init__(self) -> None:
        self._out: list[str] = []
        # The last character that came in, and the last two that went out.
        self._last_in = "\n"
        self._last = "\n"
        self._last_but_one = "\n"
        self._gap = _Gap.NONE
        self._construct: Construct | None = None
        self._backticks = 0

    def feed(self, text: str) -> str:
        """The speakable text that is decided after `text`."""
        for char in text:
            self._backticks = self._backticks + 1 if char == "`" else 0
            self._read(char)
            self._last_in = char
        return self._drain()

    def flush(self) -> str:
        """The rest of the text, when no more comes."""
        if self._construct is not None:
            self._keep(self._construct.end())
        return self._drain()

    def _drain(self) -> str:
        text = "".join(self._out)
        self._out.clear()
        return text

    def _read(self, char: str) -> None:
        if self._construct is not None:
            outcome = self._construct.take(char)
            if outcome is None:
                return
            self._keep(outcome.kept)
            if outcome.consumed:
                return
        self._construct = self._begun_by(char)
        if self._construct is None:
            self._clean(char)

    def _keep(self, text: str) -> None:
        """End the construct; `text` is its part that is not markup."""
        assert self._construct is not None
        if not text:
            self._leave_gap(self._construct.opening)
        self._construct = None
        for char in text:
            self._clean(char, certain=len(text) == 1)

    def _begun_by(self, char: str) -> Construct | None:
        match char:
            case "(" if self._last_in == "]":
                return Link()
            case "<":
                return Tag()
            case "`" if self._backticks == 3 and self._last == "\n":
                return Info()
            case "-" | "+" if self._last == "\n":
                return Peek(char, _begins_amount)
            case "_" if self._last_in == self._last and _is_ascii_word(self._last):
                return Peek(char, _is_ascii_word)
            case "*" if self._last_in != "*":
                return self._star()
            case _:
                return None

    def _star(self) -> Construct | None:
        if self._last.isdigit():
            return Peek("*", str.isdigit)  # "2*3"
        if self._last == " " and self._last_but_one.isdigit():
            return Peek("*", str.isspace)  # "2 * 3"
        return None

    def _clean(self, char: str, *, certain: bool = False) -> None:
        """Emit `char` or drop it.

        Args:
            certain: A construct has found that `char` is text; its context alone does not show it.
        """
        if char.isspace():
            self._space("\n" if char in _LINE_ENDS else " ")
        elif char.isalnum() and (char.isascii() or not _EMOJI.match(char)):
            self._word(char)
        elif (self._is_mark(char) and not certain) or _EMOJI.match(char):
            self._leave_gap(char)
        elif extends_cluster(char):
            self._extension(char)
        elif char in _SEEN or unicodedata.category(char) not in _UNSEEN:
            self._emit(char)

    def _is_mark(self, char: str) -> bool:
        if char == "#":
            # A language or a note: "C#".
            return not (self._last_in == self._last and self._last.isalpha())
        if char == ">":
            # The rest of a tag or an arrow, or a quotation's mark; not "5 > 3".
            return self._last == "\n" or not (self._last_in.isspace() or self._last_in.isdigit())
        return char in _DROPPED or (char in _DROPPED_FIRST and self._last == "\n")

    def _leave_gap(self, mark: str) -> None:
        if not (self._last.isalnum() or extends_cluster(self._last)):
            return
        if mark not in _EMPHASIS:
            self._gap = _Gap.MARK
        elif self._gap is _Gap.NONE:
            self._gap = _Gap.EMPHASIS

    def _space(self, char: str) -> None:
        if not self._last.isspace() or (char == "\n" and self._last == " "):
            self._emit(char)

    def _word(self, char: str) -> None:
        numbers = self._last.isdigit() and char.isdigit()
        if self._gap is _Gap.MARK or (self._gap is _Gap.EMPHASIS and numbers):
            self._emit(" ")
        self._emit(char)

    def _extension(self, char: str) -> None:
        """A combining mark or joiner belongs to a letter or digit, or else to removed text."""
        belongs = self._last.isalnum() or extends_cluster(self._last)
        if belongs and self._gap is not _Gap.MARK:
            self._emit(char)

    def _emit(self, char: str) -> None:
        self._out.append(char)
        self._gap = _Gap.NONE
        self._last_but_one, self._last = self._last, char


def _begins_amount(char: str) -> bool:
    return char.isdigit() or char in "₹$€£."


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
