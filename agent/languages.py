"""The languages an agent can begin in, as each provider spells them. Data: languages.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("languages.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language."""

    code: str
    """As Sarvam spells it."""
    name: str
    """In English, for the language model."""
    hears: str
    """As Deepgram spells it."""
    second_voice: str
    """As Cartesia spells it."""
    known: bool = True
    """Whether it is in our table."""


def language(spelling: str) -> Language:
    """The language of a code such as `hi-IN`, `hi-in` or `hi`.

    One that is not in the table is passed on as it is: providers learn languages faster than tables
    do.
    """
    wanted = spelling.replace("_", "-").lower()
    for known in languages().values():
        if wanted in (known.code.lower(), known.hears.lower(), known.second_voice):
            return known
    short = wanted.partition("-")[0]
    return Language(
        code=spelling,
        name=spelling,
        hears=short,
        second_voice=short,
        known=False,
    )


@cache
def languages() -> dict[str, Language]:
    """All languages of the table by Sarvam's code."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {code: Language(code=code, **fields) for code, fields in table.items()}
