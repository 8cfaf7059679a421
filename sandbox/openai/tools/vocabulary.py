"""The words that identify tools and their properties: reads and checks `words.toml`. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from ..receptionist.keywords import KeywordTable, exact_table
from ..receptionist.words import fold, folded

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    empty: list[str]


class _Results(BaseModel):
    model_config = ConfigDict(extra="forbid")

    failed: list[str]
    corrects: list[str]
    taken: list[str]
    broken: list[str]
    instruction: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topics: dict[str, list[str]]
    properties: dict[str, list[str]]
    words: _Words
    results: _Results


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of tools."""

    topics: KeywordTable
    properties: KeywordTable
    empty: frozenset[str]
    failed: KeywordTable
    """Words of a result that reports a failure."""
    corrects: KeywordTable
    """Words of a failure that asks for another argument."""
    taken: KeywordTable
    """Words of a failure that is about a time."""
    broken: KeywordTable
    """Words of a failure of the tool itself."""
    instruction: frozenset[str]
    """First words of a result that instructs the model."""


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    return Vocabulary(
        topics=exact_table([file.topics]),
        properties=exact_table([file.properties]),
        empty=frozenset(map(fold, file.words.empty)),
        failed=exact_table([{"failed": file.results.failed}]),
        corrects=exact_table([{"corrects": file.results.corrects}]),
        taken=exact_table([{"taken": file.results.taken}]),
        broken=exact_table([{"broken": file.results.broken}]),
        instruction=frozenset(map(fold, file.results.instruction)),
    )


def words_of(name: str) -> tuple[str, ...]:
    """The words of an identifier: `bookAppointment_now` is book, appointment, now."""
    return folded(_CAMEL.sub(" ", name).replace("_", " ").replace("-", " "))
