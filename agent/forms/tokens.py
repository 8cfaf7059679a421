"""Divides a transcript into words, in any script, and makes their spellings comparable. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

MAX_LENGTH: Final = 2000
"""Characters of a transcript that are read. A turn of a minute has about 900."""

_MARKS_OF_NUMBERS: Final = frozenset("/-.:+")
_JOINERS: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_NUKTAS: Final = dict.fromkeys(map(ord, "\u093c\u09bc\u0a3c\u0abc\u0b3c"))
_SAME_SOUND: Final = str.maketrans(
    # Nasal signs that writers exchange, and Malayalam's final consonants, which have two encodings.
    {"\u0901": "\u0902", "ൻ": "ന്", "ൺ": "ണ്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "’": "'"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits, or a mark that belongs to a number."""

    kind: Literal["word", "digits", "mark"]
    text: str
    """A word is folded; digits are ASCII."""
    raw: str
    """As it was written."""


def fold(word: str) -> str:
    """The word in lower case, in one spelling of several: without nukta and joiners ("ज़ीरो" and
    "जीरो"), with one sign for a nasal ("पाँच" and "पांच")."""
    written = unicodedata.normalize("NFC", word.translate(_JOINERS)).casefold()
    return written.translate(_NUKTAS).translate(_SAME_SOUND)


def tokens(text: str) -> list[Token]:
    """The words, runs of digits, and marks beside digits of `text`, of its first `MAX_LENGTH`
    characters. All other characters only separate."""
    found: list[Token] = []
    text = text[:MAX_LENGTH].translate(_JOINERS).replace("’", "'")
    position = 0
    while position < len(text):
        end = position + 1
        if (kind := _kind(text, position)) is not None:
            while end < len(text) and kind != "mark" and _kind(text, end) == kind:
                end += 1
            raw = text[position:end]
            if kind == "word":
                if bare := raw.strip("'"):
                    found.append(Token(kind, fold(bare), bare))
            elif kind == "digits":
                digits = "".join(str(unicodedata.decimal(character)) for character in raw)
                found.append(Token(kind, digits, raw))
            else:
                found.append(Token(kind, raw, raw))
        position = end
    return found


def _kind(text: str, at: int) -> Literal["word", "digits", "mark"] | None:
    character = text[at]
    if character.isdecimal():
        return "digits"
    if unicodedata.category(character)[0] in "LM" or character == "'":
        return "word"
    if character in _MARKS_OF_NUMBERS and (_digit(text, at - 1) or _digit(text, at + 1)):
        return "mark"
    return None


def _digit(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isdecimal()
