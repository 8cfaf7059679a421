"""Markup that only the text after it identifies: a link's target, a tag, a fence's language.

A construct holds the text it has read until that is decided. It rarely delays speech: held text is
markup in nearly every case, and otherwise the next white space or line end decides. Held text that
proves not to be markup is returned: no word is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from .char_classes import is_address

_MAX_LINK: Final = 300  # characters of a link's target, unless it is an address
_MAX_TAG: Final = 200
_MAX_INFO: Final = 20
_TAGS: Final = frozenset(
    "a abbr b blockquote br break center code dd del div dl dt em emphasis font h1 h2 h3 h4 h5 h6 "
    "hr i img ins kbd li mark ol p phoneme pre prosody q s say-as small span speak strike strong "
    "sub sup table tbody td th thead tr tt u ul voice".split()
)
"""HTML's names for text and SSML's, which Sarvam does not take."""
_BEGINNINGS: Final = frozenset(tag[:n] for tag in _TAGS for n in range(1, len(tag) + 1))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a construct.

    Attributes:
        kept: The part of the held text that is not markup.
        consumed: Whether the last character belongs to the construct; if not, it is read again.
    """

    kept: str = ""
    consumed: bool = False


class Construct(Protocol):
    """A piece of text that may be markup, after its first character."""

    opening: str

    def take(self, char: str) -> Outcome | None:
        """Read the next character; None while the construct goes on."""

    def end(self) -> str:
        """The part that is not markup, when no more text comes."""


class Peek:
    """One mark that the next character identifies.

    Args:
        is_text: Whether the mark is text before this character.
    """

    def __init__(self, mark: str, is_text: Callable[[str], bool]) -> None:
        self.opening = mark
        self._is_text = is_text

    def take(self, char: str) -> Outcome | None:
        return Outcome(self.opening if self._is_text(char) else "")

    def end(self) -> str:
        return ""


class Link:
    """The target of a Markdown link, with its parentheses: `(https://a.in/b "title")`."""

    opening = "("

    def __init__(self) -> None:
        self._text = "("
        self._depth = 0
        # White space was read: only a title may follow.
        self._spaced = False
        self._quote = ""

    def take(self, char: str) -> Outcome | None:
        if char == "\n" or not self._fits(char):
            return Outcome(self.end())
        if len(self._text) < _MAX_LINK:
            self._text += char
        elif self._quote or not self._is_address():
            return Outcome(self._text)
        if self._quote:
            self._quote = "" if char == self._quote else self._quote
        elif char == ")":
            if self._depth == 0:
                return Outcome(consumed=True)
            self._depth -= 1
        elif char == "(":
            self._depth += 1
        elif char.isspace():
            self._spaced = True
        elif self._spaced:
            self._quote = char
        return None

    def end(self) -> str:
        return "" if self._is_address() else self._text

    def _is_address(self) -> bool:
        return is_address(self._text[1:])

    def _fits(self, char: str) -> bool:
        return bool(self._quote) or not self._spaced or char.isspace() or char in "\"')"


class Tag:
    """An HTML or SSML tag: `<br/>`, `</b>`, `<break time="1s">`. Not `5 < 6` and `<500`.

    Before any other word only the bracket is dropped: "<https://a.in>".
    """

    opening = "<"

    def __init__(self) -> None:
        self._text = "<"
        self._name = ""
        self._named = False

    def take(self, char: str) -> Outcome | None:
        if not self._named and self._takes_into_name(char):
            return None
        if not self._named and (self._name not in _TAGS or char.isalnum()):
            return Outcome(self._text[1:] if self._name or char.isalpha() else self._text)
        self._named = True
        if char == ">":
            return Outcome(consumed=True)
        if char in "\n<" or len(self._text) == _MAX_TAG or self._is_prose(char):
            return Outcome(self.end())
        self._text += char
        return None

    def end(self) -> str:
        return self._text[1:] if self._name else self._text

    def _takes_into_name(self, char: str) -> bool:
        name = self._name + char.lower()
        if name in _BEGINNINGS:
            self._name = name
        elif char != "/" or self._text != "<":
            return False
        self._text += char
        return True

    def _is_prose(self, char: str) -> bool:
        """A second word that is not an attribute: "<b and c"."""
        attribute = self._text.partition(" ")[2].lstrip()
        return char.isspace() and bool(attribute) and "=" not in attribute


class Info:
    """The text after a code fence on its line: the language of "```python"."""

    opening = "`"

    def __init__(self) -> None:
        self._text = ""

    def take(self, char: str) -> Outcome | None:
        if char == "\n":
            return Outcome()
        if not (char.isalnum() or char in "+-#._") or len(self._text) == _MAX_INFO:
            return Outcome(self._text)
        self._text += char
        return None

    def end(self) -> str:
        return self._text
