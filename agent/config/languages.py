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
    fallback_tts: str
    """As Cartesia spells it."""


def language(spelling: str) -> Language:
    """The language of a code such as `hi-IN`, `hi-in` or `hi`.

    Raises:
        ValueError: It is not in the table. The message lists the codes that are.
    """
    found = find(spelling)
    if found is None:
        raise ValueError(f"must be one of {' '.join(languages())}")
    return found


def find(spelling: str) -> Language | None:
    """The same; None for a language that is not in the table.

    Only the table's own values leave this module, so a spelling that comes from outside may be
    anything: none of it reaches a prompt or a provider.
    """
    wanted = spelling.strip().replace("_", "-").lower()
    for known in languages().values():
        if wanted in (known.code.lower(), known.hears.lower(), known.fallback_tts):
            return known
    return None


@cache
def languages() -> dict[str, Language]:
    """All languages of the table by Sarvam's code."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {code: Language(code=code, **fields) for code, fields in table.items()}
