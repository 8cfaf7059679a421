"""How callers speak: `personas.toml`, by name and language. Pure data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ByLanguage = Mapping[str, tuple[str, ...]]
"""Language without region (`hi`) -> texts."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Persona(_Data):
    """The manners of a caller, in the languages for which they have words."""

    about: str
    before: ByLanguage = Field(default_factory=dict)
    """Said in front of an answer."""
    after: ByLanguage = Field(default_factory=dict)
    """Said behind an answer."""
    chance: float = Field(0.5, ge=0, le=1)
    """How often `before` and `after` are said."""
    instead: ByLanguage = Field(default_factory=dict)
    """Said in place of an answer: not understood, to somebody else, lost on the line."""
    times: int = Field(0, ge=0, le=5)
    """How often in a call something is said in its place."""
    closes: ByLanguage = Field(default_factory=dict)
    """Goodbyes, one for each turn; none: the usual one."""
    interrupts: bool = False
    """Whether she speaks while the agent does; by sound."""
    pace: float = Field(1.0, ge=0.5, le=2)
    noise: float | None = Field(None, ge=-80, le=0)
    """RMS in dBFS of the noise on her line; by sound."""


class Usual(_Data):
    """What callers say who have nothing of their own to say, by language."""

    confirm: tuple[str, ...]
    more: tuple[str, ...]
    unknown: tuple[str, ...]
    """An answer that she does not know."""
    pick: tuple[str, ...]
    """Takes the `{time}` that was offered."""
    agree: tuple[str, ...]
    """Takes the only time that was offered."""
    objects: tuple[str, ...]
    """To a time that is not hers; `{text}` is what she wants."""
    nudge: tuple[str, ...]
    """The agent asks nothing, and has not done it."""
    closes: tuple[str, ...]


class PersonaFile(_Data):
    """The content of `personas.toml`."""

    usual: Mapping[str, Usual]
    personas: Mapping[str, Persona]


@cache
def persona_file() -> PersonaFile:
    """The personas of every assistant's callers."""
    text = Path(__file__).with_name("personas.toml").read_text(encoding="utf-8")
    return PersonaFile.model_validate(tomllib.loads(text))


def usual(language: str) -> Usual:
    """What callers of a language (`hi-IN`) usually say; in English if nothing is known."""
    table = persona_file().usual
    return table.get(language.partition("-")[0], table["en"])
