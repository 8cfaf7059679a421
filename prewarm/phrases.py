"""What the agent says in many calls, by language. Data: phrases.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

_DATA = Path(__file__).with_name("phrases.toml")
_FALLBACK = "en-IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The stock phrases of one language, each exactly as it is spoken."""

    greeting: str
    openers: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    goodbyes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every phrase once, those that are needed first in front."""
        said_in_time = (*self.openers, *self.fillers, *self.apologies, *self.goodbyes)
        return tuple(dict.fromkeys((self.greeting, *said_in_time, *self.notices)))


def phrases(language: str) -> Phrases:
    """The phrases of a language by Sarvam's code ("hi-IN"); English where there are none."""
    table = all_phrases()
    return table.get(language, table[_FALLBACK])


@cache
def all_phrases() -> dict[str, Phrases]:
    """All languages of the table by Sarvam's code."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Phrases]).validate_python(table)
