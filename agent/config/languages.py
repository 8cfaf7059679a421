"""The languages in which a call can begin, in each provider's spelling. Data: languages.toml."""

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
    """Sarvam's code."""
    name: str
    """English name, for the LLM."""
    stt: str
    """Deepgram's code."""
    fallback_tts: str
    """Cartesia's code."""


def language(spelling: str) -> Language:
    """The language of a code such as `hi-IN`, `hi-in` or `hi`.

    Raises:
        ValueError: The table has no such language. The message lists its codes.
    """
    found = find(spelling)
    if found is None:
        raise ValueError(f"must be one of {' '.join(languages())}")
    return found


def find(spelling: str) -> Language | None:
    """The same as `language`, but None for a language that is not in the table.

    Only values of the table leave this module: a spelling from outside can be anything, and none of
    it reaches a prompt or a provider.
    """
    wanted = spelling.strip().replace("_", "-").lower()
    for known in languages().values():
        if wanted in (known.code.lower(), known.stt.lower(), known.fallback_tts):
            return known
    return None


@cache
def languages() -> dict[str, Language]:
    """All languages of the table, by Sarvam's code."""
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {code: Language(code=code, **fields) for code, fields in table.items()}
