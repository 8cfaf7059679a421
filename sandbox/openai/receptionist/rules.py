"""The rules of understanding as data: reads and checks the files in `rules/`.

One file for each script of a language (English, Hindi in Devanagari and in Latin letters, Tamil).
All are used together, as callers mix languages within a sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from .keywords import KeywordTable, Strength, exact_table, keyword_table
from .words import fold

Language = Literal["en", "hi", "ta"]
"""The receptionist's languages."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
_FILES: Mapping[str, Language] = {"en": "en", "hi": "hi", "hi_latin": "hi", "ta": "ta"}


class ClockRules(BaseModel):
    """Words around a time of day."""

    model_config = ConfigDict(extra="forbid")

    after: list[str]
    """Words after a number that is a time ("baje")."""
    before: list[str]
    """Words before a number that is a time ("at")."""
    half: list[str]
    """Words for 30 minutes more ("half past", "साढ़े")."""
    quarter: list[str]
    quarter_to: list[str]
    numbers: dict[str, float]
    """Words for hours, half hours and minutes."""


class NameRules(BaseModel):
    """Words around a caller's name."""

    model_config = ConfigDict(extra="forbid")

    before: list[str]
    """Phrases before a name."""
    stop: list[str]
    """Words that are not part of a name."""


class RuleFile(BaseModel):
    """One file of `rules/`."""

    model_config = ConfigDict(extra="forbid")

    language_words: list[str]
    """Function words in Latin letters that identify this language."""
    topics: dict[str, dict[Strength, list[str]]]
    days: dict[str, list[str]]
    parts: dict[str, list[str]]
    clock: ClockRules
    doctors: dict[str, list[str]]
    injuries: dict[str, list[str]]
    languages: dict[str, list[str]]
    names: NameRules


@dataclass(frozen=True, slots=True)
class Rules:
    """All rule files together, folded for matching."""

    language_words: Mapping[Language, frozenset[str]]
    topics: KeywordTable
    days: KeywordTable
    parts: KeywordTable
    doctors: KeywordTable
    injuries: KeywordTable
    languages: KeywordTable
    clocks: Mapping[Language, ClockRules]
    name_leads: tuple[tuple[str, ...], ...]
    name_stops: frozenset[str]


@cache
def rules() -> Rules:
    """The rules, read once."""
    read = {name: _read(name) for name in _FILES}
    language_words = {
        language: frozenset(
            fold(word)
            for name, file in read.items()
            if _FILES[name] == language
            for word in file.language_words
        )
        for language in LANGUAGES
    }
    numbers = [map(fold, file.clock.numbers) for file in read.values()]
    return Rules(
        language_words=language_words,
        topics=keyword_table(
            (file.topics for file in read.values()),
            common=frozenset().union(*language_words.values(), *numbers),
        ),
        days=exact_table(file.days for file in read.values()),
        parts=exact_table(file.parts for file in read.values()),
        doctors=exact_table(file.doctors for file in read.values()),
        injuries=exact_table(file.injuries for file in read.values()),
        languages=exact_table(file.languages for file in read.values()),
        clocks={
            language: _clock([read[name].clock for name in _FILES if _FILES[name] == language])
            for language in LANGUAGES
        },
        name_leads=tuple(
            sorted(
                (_phrase(lead) for file in read.values() for lead in file.names.before),
                key=len,
                reverse=True,
            )
        ),
        name_stops=frozenset(fold(word) for file in read.values() for word in file.names.stop),
    )


def _read(name: str) -> RuleFile:
    text = files(__package__).joinpath("rules", f"{name}.toml").read_text(encoding="utf-8")
    return RuleFile.model_validate(tomllib.loads(text))


def _clock(parts: list[ClockRules]) -> ClockRules:
    def joined(name: str) -> list[str]:
        return [" ".join(_phrase(word)) for part in parts for word in getattr(part, name)]

    return ClockRules(
        after=joined("after"),
        before=joined("before"),
        half=joined("half"),
        quarter=joined("quarter"),
        quarter_to=joined("quarter_to"),
        numbers={fold(word): n for part in parts for word, n in part.numbers.items()},
    )


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in text.split())
