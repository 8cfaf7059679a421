"""Arguments of tools in Latin letters. Pure.

A name has several spellings in a native script, and records are found by one of them. A model whose
names came in native script lost 27 of 100 points on tasks with tools (tau2-bench, Hindi).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

_LETTERS_AND_MARKS: Final = ("L", "M")
# Beginnings of Unicode's names. All but the first are signs that no script owns: accents, the
# apostrophe "ʼ", the choice between text and emoji, "µ", and the "ª" and "º" of "2ª" and "1º".
_LATIN_OR_COMMON: Final = (
    "LATIN ",
    "FULLWIDTH LATIN ",
    "COMBINING ",
    "MODIFIER LETTER ",
    "VARIATION SELECTOR",
    "MICRO SIGN",
    "FEMININE ORDINAL",
    "MASCULINE ORDINAL",
)

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
    """Whether no letter is of another script. Signs, spaces and digits belong to no script."""
    return text.isascii() or not any(map(_is_of_another_script, text))


def _is_of_another_script(character: str) -> bool:
    # Vowel signs of Indian scripts are marks, not letters.
    if unicodedata.category(character)[0] not in _LETTERS_AND_MARKS:
        return False
    return not unicodedata.name(character, "").startswith(_LATIN_OR_COMMON)


def written_in_latin(value: Any, to_latin: Callable[[str], str]) -> Any:
    """The value with its texts, keys of tables among them, in Latin letters where `to_latin` can
    write them so."""
    if isinstance(value, str):
        text = with_latin_digits(value)
        return text if is_latin(text) else to_latin(text)
    if isinstance(value, list):
        return [written_in_latin(item, to_latin) for item in value]
    if isinstance(value, dict):
        return {
            written_in_latin(key, to_latin): written_in_latin(item, to_latin)
            for key, item in value.items()
        }
    return value


def names_in_other_scripts(arguments: dict[str, Any]) -> list[str]:
    """Names of the arguments that have letters of another script, in keys of tables too; the
    innermost name where a value is a table. Values are those of JSON."""
    texts = [text for name, value in arguments.items() for text in _texts(value, name)]
    return [name for name, text in texts if not is_latin(text)]


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """The texts in the value of `name`, each under the name that a model would look for."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield name, key
            yield from _texts(item, key)
