"""The receptionist's replies as data: reads and checks `templates/`, and words acts in a language.

Pure. Each act has at least two variants. The number of the turn selects one, so the same
conversation always gets the same reply, and no two consecutive replies are the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .opening import Clock
from .rules import Language
from .state import Act

_MORE = ("tools", "delivery")
"""Folders with replies for more than a receptionist without tools says."""
Variants = Annotated[list[str], Field(min_length=2)]
# A time at the end of a sentence has its own full stop ("at 5 p.m..").
_DOUBLE_STOP = re.compile(r"\.\.+")


class TemplateFile(BaseModel):
    """The files of one language in `templates/`."""

    model_config = ConfigDict(extra="forbid")

    clock: str
    """A time of day, from `clock` ("10:30" or "5") and the word for the `part` of the day."""
    date: str
    """A date that no day's name reaches, with its preposition, from `day` and `month`."""
    months: Annotated[list[str], Field(min_length=12, max_length=12)]
    parts: dict[str, str]
    days: dict[str, str]
    """Days with their preposition ("on Monday")."""
    doctors: dict[str, str]
    templates: dict[str, Variants]


@cache
def templates(language: Language) -> TemplateFile:
    """The templates of a language, read once."""
    folder = files(__package__).joinpath("templates")
    book, *more = (
        tomllib.loads(folder.joinpath(part, f"{language}.toml").read_text(encoding="utf-8"))
        for part in ("", *_MORE)
    )
    for templates in more:
        book["templates"] |= templates
    return TemplateFile.model_validate(book)


def say(acts: Sequence[Act], language: Language, *, turn: int, last: str = "") -> str:
    """The words for `acts`; never those of `last`, the previous reply."""
    text = _joined(acts, templates(language), turn)
    # An agent that speaks twice in one turn of the caller would repeat itself.
    return text if text != last else _joined(acts, templates(language), turn + 1)


def say_clock(clock: Clock, language: Language) -> str:
    """A time of day in words."""
    return _clock(clock, templates(language))


def say_doctor(doctor: str, language: Language) -> str:
    """A doctor's name with the title."""
    return templates(language).doctors.get(doctor, doctor)


def _joined(acts: Sequence[Act], book: TemplateFile, turn: int) -> str:
    return _DOUBLE_STOP.sub(".", " ".join(_said(act, book, turn) for act in acts))


def _said(act: Act, book: TemplateFile, turn: int) -> str:
    variants = book.templates[act.key]
    words = {key: _word(key, value, book) for key, value in act.values.items()}
    return variants[turn % len(variants)].format_map(words)


def _word(key: str, value: str | Clock, book: TemplateFile) -> str:
    if isinstance(value, Clock):
        return _clock(value, book)
    table = {"day": book.days, "doctor": book.doctors, "part": book.parts}.get(key, {})
    if key == "day" and value not in table:
        far = date.fromisoformat(value)
        return book.date.format(day=far.day, month=book.months[far.month - 1])
    return table.get(value, value)


def _clock(clock: Clock, book: TemplateFile) -> str:
    hour = (clock.hour - 1) % 12 + 1
    digits = f"{hour}:{clock.minute:02}" if clock.minute else f"{hour}"
    return book.clock.format(clock=digits, part=book.parts[clock.part])
