"""The facts of the clinic: what `clinic.toml` and `holidays.toml` may hold, and their reader."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

INDIA = ZoneInfo("Asia/Kolkata")
"""The zone of every time at the desk."""

_FOLDER = Path(__file__).parent

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
"""As `date.weekday()` counts them."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in India's time. `end` is outside."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M} to {self.end:%H:%M}"


def _span(text: object) -> Span:
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in str(text).split("-"))
    except ValueError:
        raise ValueError(f'{text!r} is no span of time; write "09:30-13:00"') from None
    if begin.tzinfo or end.tzinfo or begin >= end:
        raise ValueError(f"{text!r} must begin before it ends, on one day and without a zone")
    return Span(begin, end)


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for one, next_one in pairwise(spans):
        if one.end > next_one.begin:
            raise ValueError(f"{one} overlaps {next_one}, or comes after it")
    return spans


Spans = Annotated[tuple[Annotated[Span, BeforeValidator(_span)], ...], AfterValidator(_in_order)]
MonthAndDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(_Facts):
    """When the clinic is open."""

    monday_to_saturday: Spans
    sundays_and_holidays: Spans


class Closed(_Facts):
    """Days on which the clinic does not open. Each value is the name of the day."""

    every_year: dict[MonthAndDay, str] = {}
    dates: dict[date, str] = {}


class Doctor(_Facts):
    """A doctor and the weekly sessions, which count only within opening hours."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}$")]
    """What the record keeps: never rename it while there are appointments."""
    name: str
    treats: str
    days: frozenset[Weekday]
    sessions: Spans


class Clinic(_Facts):
    """All facts that appointments follow."""

    slot_minutes: Annotated[int, Field(ge=5, le=120)]
    book_ahead_days: Annotated[int, Field(ge=1, le=365)]
    hours: Hours
    closed: Closed
    holidays: dict[date, str] = {}
    doctors: Annotated[tuple[Doctor, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_doctor_once(self) -> Self:
        ids = [doctor.id for doctor in self.doctors]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two doctors have the same id: {', '.join(ids)}")
        return self

    @property
    def slot(self) -> timedelta:
        """The length of every appointment."""
        return timedelta(minutes=self.slot_minutes)

    def doctor(self, doctor_id: str) -> Doctor | None:
        """The doctor of an appointment; None if `clinic.toml` no longer has them."""
        return next((doctor for doctor in self.doctors if doctor.id == doctor_id), None)


def read_clinic(folder: Path) -> Clinic:
    """Read `clinic.toml` and `holidays.toml` of a folder.

    Raises:
        ValueError: One of them is no TOML, or a value is missing, unknown or wrong; with the place.
        OSError: One of them cannot be read.
    """
    found: dict[str, object] = {}
    for name in ("clinic.toml", "holidays.toml"):
        try:
            found |= tomllib.loads((folder / name).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{folder / name}: {error}") from None
    try:
        return Clinic.model_validate(found)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in each['loc']) or 'doctors'}: {each['msg']}"
            for each in error.errors()
        )
        raise ValueError(f"{folder}: clinic.toml or holidays.toml: {wrong}") from None


@cache
def load_clinic() -> Clinic:
    """The clinic of this folder, read once. Raises as `read_clinic`."""
    return read_clinic(_FOLDER)
