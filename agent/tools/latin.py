"""Arguments of tools in Latin letters. Pure.

One name has several spellings in native scripts, and records are searched by it. A model whose
names came in native script lost 27 of 100 points on tasks with tools (tau2-bench, Hindi).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

PROMPT: Final = (
    "Write all arguments of tools in Latin letters and the digits 0 to 9, names and addresses too, "
    "whatever language the caller speaks."
)
"""The rule as a line of the system prompt."""


def with_latin_digits(text: str) -> str:
    """Digits of other scripts as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


def is_latin(text: str) -> bool:
    """Whether all letters are Latin. Signs, spaces and digits belong to no script."""
    return text.isascii() or all(
        # Vowel signs of Indian scripts are marks (M), not letters.
        unicodedata.category(letter)[0] not in "LM"
        or unicodedata.name(letter, "").startswith(("LATIN", "COMBINING"))
        for letter in text
    )


def in_latin(value: Any, to_latin: Callable[[str], str]) -> Any:
    """The value with its texts in Latin letters where `to_latin` can write them so."""
    if isinstance(value, str):
        text = with_latin_digits(value)
        return text if is_latin(text) else to_latin(text)
    if isinstance(value, list):
        return [in_latin(item, to_latin) for item in value]
    if isinstance(value, dict):
        return {key: in_latin(item, to_latin) for key, item in value.items()}
    return value


def in_other_scripts(arguments: dict[str, Any]) -> list[str]:
    """Names of the arguments that have other letters, the innermost where a value is a table.
    Values are those of JSON."""
    return [name for name, text in _texts(arguments, "") if not is_latin(text)]


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, dict):
        for inner, item in value.items():
            yield from _texts(item, inner)
