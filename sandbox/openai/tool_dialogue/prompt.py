"""What the system prompt asks for, and the facts in it. Pure.

The stand-in obeys a few instructions as a model would, so that a prompt without one of them shows.
A prompt with fewer than two of them says nothing about the matter: then all are obeyed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from ..receptionist.keywords import KeywordTable, exact_table
from ..receptionist.rules import rules
from ..receptionist.words import folded

Instruction = Literal["one_thing", "language", "never_invent", "repeat"]
INSTRUCTIONS: tuple[Instruction, ...] = get_args(Instruction)
_JUDGED_FROM = 2
"""Instructions from which on a missing one is taken for a mistake of the prompt."""
# A sentence ends at a stop before a capital; "a.m.", "Dr." and "Rs." end none.
_SENTENCE = re.compile(r"(?<=[.!?])(?<!Dr\.)(?<!Rs\.)(?<!\b[A-Z]\.)(?<!No\.)\s+(?=[A-Z0-9])|\n+")
_INSTRUCTS = re.compile(r"\b(?:ask|never|answer|say|write|call|use|tell|repeat|you are)\b", re.I)
_QUOTED = re.compile(r'"[^"\n]*"')
"""An example of how something is written, and no fact."""
_PRICE = re.compile(r"(?:Rs\.?|₹|INR)\s*(\d+(?:,\d{2,3})*)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system prompt as read by the stand-in."""

    text: str = ""
    missing: frozenset[Instruction] = field(default=frozenset())
    """Instructions that are not obeyed."""
    verifies: bool = True
    """Whether a customer's name is verified before anything else."""

    @property
    def judged(self) -> bool:
        """Whether the prompt says so much that its facts are all there is to know."""
        return len(INSTRUCTIONS) - len(self.missing) >= _JUDGED_FROM and bool(self.text)

    def asks(self, instruction: Instruction) -> bool:
        """Whether `instruction` is obeyed."""
        return instruction not in self.missing

    def sentences(self, topic: str) -> tuple[str, ...]:
        """The prompt's sentences about one of the receptionist's topics."""
        keywords = _file()["facts"].keywords.get(topic, ())
        return tuple(
            text
            for text in _facts(self.text)
            if any(keyword.found_in(folded(text)) for keyword in keywords)
        )

    @property
    def prices(self) -> tuple[str, ...]:
        """The amounts of money in the prompt, in their order."""
        return tuple(_PRICE.findall(_QUOTED.sub("", self.text)))

    def names(self, doctor: str) -> bool:
        """Whether a doctor (by the key of the rules) occurs in the prompt."""
        return doctor in rules().doctors.scores(folded(self.text))


@lru_cache(maxsize=64)
def read_prompt(text: str) -> Prompt:
    """Read a system prompt."""
    lines = [folded(line) for line in re.split(r"\n+|(?<=[.;:])\s", text)]
    found = {name for name in INSTRUCTIONS if _found(name, lines)}
    missing = frozenset(INSTRUCTIONS) - found if len(found) >= _JUDGED_FROM else frozenset()
    verifies = len(found) < _JUDGED_FROM or _found("verify", lines)
    return Prompt(text, missing, verifies)


def _found(name: str, lines: list[tuple[str, ...]]) -> bool:
    keywords = _file()["instructions"].keywords[name]
    return any(keyword.found_in(line) for keyword in keywords for line in lines if line)


@cache
def _file() -> dict[str, KeywordTable]:
    text = files(__package__).joinpath("instructions.toml").read_text(encoding="utf-8")
    return {name: exact_table([table]) for name, table in tomllib.loads(text).items()}


@lru_cache(maxsize=64)
def _facts(text: str) -> tuple[str, ...]:
    """The sentences of a prompt that instruct nothing."""
    parts = (part.strip(" -*\t") for part in sentences_of(_QUOTED.sub("", text)))
    return tuple(part for part in parts if part and not _INSTRUCTS.search(part))


def sentences_of(text: str) -> list[str]:
    """The sentences of English text; "Dr." and "Rs." end none."""
    return [part for part in _SENTENCE.split(text) if part.strip()]
