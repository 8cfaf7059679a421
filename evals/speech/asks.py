"""Which things an agent's words ask for: its name for each, from keywords. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .folding import words
from .sentences import is_question, sentences
from .times import times

Where = Literal["question", "any"]
Claim = Literal["done", "free", "no"]
FACTS = frozenset({"phone", "name", "doctor", "day", "time", "spell", "reason"})
"""Asks for a fact; an agent asks for one of them at a time."""
_REQUESTS = (
    "please",
    "tell me",
    "give me",
    "may i",
    "बताइए",
    "बताएं",
    "दीजिए",
    "கூறுங்கள்",
    "சொல்லுங்கள்",
)


class Keywords(BaseModel):
    """Keywords by language. See `asks.toml` for the notation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: tuple[str, ...] = ()
    hi: tuple[str, ...] = ()
    ta: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        for phrase in self.phrases:
            if not all(words(part) for part in phrase.split("+")):
                raise ValueError(f"a keyword needs words: {phrase!r}")
        return self

    @property
    def phrases(self) -> tuple[str, ...]:
        """Those of all languages."""
        return self.en + self.hi + self.ta

    def found_in(self, sentence: str) -> bool:
        """Whether a sentence says one of them."""
        return any(says(phrase, sentence) for phrase in self.phrases)


class AskWords(Keywords):
    """The keywords of one ask."""

    where: Where = "question"
    unless: tuple[str, ...] = ()
    """Keywords of any language; a sentence with one of them does not ask this."""
    fact: bool = False
    """Whether it asks for a fact, of which an agent may ask one at a time."""

    def found_in(self, sentence: str) -> bool:
        """Whether a sentence asks it."""
        excluded = any(says(phrase, sentence) for phrase in self.unless)
        return not excluded and super().found_in(sentence)


class AskFile(BaseModel):
    """The content of `asks.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asks: Mapping[str, AskWords] = Field(min_length=1)
    claims: Mapping[Claim, Keywords]


@dataclass(frozen=True, slots=True)
class Understood:
    """What an agent's words ask for and claim."""

    asks: tuple[str, ...]
    """Names of asks in the order of the tables."""
    offered: tuple[int, ...]
    """Clock times of a reply that asks something other than to confirm, in order; see `times`."""
    claims_done: bool
    """Whether the agent says that something has been done."""


class Asks:
    """The asks of `asks.toml` and of a file of callers."""

    def __init__(self, more: Mapping[str, AskWords] | None = None) -> None:
        # A file's own come first: they are the more specific ones.
        own = dict(more or {})
        general = ask_file().asks
        self._words = {**own, **{name: w for name, w in general.items() if name not in own}}
        self.facts = FACTS | {name for name, w in own.items() if w.fact}

    def understand(self, text: str) -> Understood:
        """What these words ask for."""
        said = sentences(text)
        asking = [one for one in said if is_question(one) or _requests(one)]
        places: Mapping[Where, list[str]] = {"question": asking, "any": said}
        found = [
            name
            for name, ask in self._words.items()
            if any(ask.found_in(one) for one in places[ask.where])
        ]
        # "It is free at 9:30, 10 or 10:30. Which one?": the times come before the question.
        offered = tuple(sorted(times(text))) if asking and "confirm" not in found else ()
        if offered and not found:
            found.append("offer")
        if "spell" in found:
            # "Please spell your name" asks for one thing.
            found = [name for name in found if name != "name"]
        return Understood(
            asks=tuple(found),
            offered=offered,
            claims_done=any(claims("done", one) for one in said if not is_question(one)),
        )

    def facts_asked(self, text: str) -> set[str]:
        """The facts that one reply asks for; those that a read-back repeats are none."""
        questions = [one for one in sentences(text) if is_question(one) or _requests(one)]
        asked = {
            name
            for name in self.facts
            for one in questions
            if name in self._words
            and self._words[name].found_in(one)
            and not self._words["confirm"].found_in(one)
        }
        return asked - {"name"} if "spell" in asked else asked


@cache
def ask_file() -> AskFile:
    """The asks and claims of every assistant."""
    file = Path(__file__).with_name("asks.toml")
    return AskFile.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def claims(claim: Claim, sentence: str) -> bool:
    """Whether a sentence makes that claim."""
    return ask_file().claims[claim].found_in(sentence)


def says(phrase: str, text: str) -> bool:
    """Whether a text says a phrase; the notation is that of `asks.toml`."""
    said = words(text)
    return all(_occurs(part, said) for part in phrase.split("+"))


def _occurs(part: str, said: tuple[str, ...]) -> bool:
    wanted = _notation(part)
    whole = next((word for word, is_stem in wanted if not is_stem), None)
    if whole is not None and whole not in said:
        return False
    size = len(wanted)
    return any(
        all(
            word.startswith(stem) if is_stem else word == stem
            for (stem, is_stem), word in zip(wanted, said[at : at + size], strict=True)
        )
        for at in range(len(said) - size + 1)
    )


@cache
def _notation(part: str) -> tuple[tuple[str, bool], ...]:
    """Words, and whether each is only the beginning of one. An apostrophe divides a word."""
    found: list[tuple[str, bool]] = []
    for token in part.split():
        *first, last = words(token)
        found += [(word, False) for word in first]
        found.append((last, token.endswith("*")))
    return tuple(found)


def _requests(sentence: str) -> bool:
    return any(says(phrase, sentence) for phrase in _REQUESTS)
