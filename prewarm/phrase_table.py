"""The stock phrases, by language. Data: phrases.toml."""

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
    """The stock phrases of one language, each exactly as it is spoken. An empty one is not said."""

    greeting: str
    openers: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    say_again_apology: str = ""
    hold_on_apology: str = ""
    goodbye: str = ""
    too_long_notice: str = ""
    too_many_notice: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Every phrase once, those that are needed first in front."""
        answer = (self.greeting, *self.openers, *self.fillers)
        failure = (self.say_again_apology, self.hold_on_apology, self.goodbye)
        texts = (*answer, *failure, self.too_long_notice, self.too_many_notice)
        return tuple(dict.fromkeys(filter(None, texts)))


def phrases(language: str) -> Phrases:
    """The phrases of a language by Sarvam's code ("hi-IN"); English if it has none."""
    table = all_phrases()
    return table.get(language, table[_FALLBACK])


@cache
def all_phrases() -> dict[str, Phrases]:
    """All languages of the table by Sarvam's code."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Phrases]).validate_python(table)
