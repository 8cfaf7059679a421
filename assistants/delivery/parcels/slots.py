"""When parcels are brought: three parts of each working day. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args

from .errors import ParcelError

Part = Literal["morning", "afternoon", "evening"]

HOURS: Final[Mapping[Part, tuple[time, time]]] = {
    "morning": (time(9), time(13)),
    "afternoon": (time(13), time(17)),
    "evening": (time(17), time(20)),
}
"""The van's tours, in India's time."""

MOST_DAYS: Final = 6
"""The depot keeps a parcel for so many days."""

_OFFICE: Final = (time(9), time(20))
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SUNDAY: Final = 6
_DATE: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_CLOCK: Final = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\b"
    r"|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One tour of a day."""

    day: date
    part: Part

    @property
    def begin(self) -> time:
        """When the tour starts."""
        return HOURS[self.part][0]

    def spoken(self) -> str:
        """For the model: "Tuesday 1 December in the morning, 9 a.m. to 1 p.m."."""
        first, last = (f"{at.hour % 12 or 12} {'ap'[at.hour >= 12]}.m." for at in HOURS[self.part])
        return f"{self.day:%A} {self.day.day} {self.day:%B} in the {self.part}, {first} to {last}"

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.part}"


def read_slot(text: str, planned: Slot, now: datetime) -> Slot:
    """The tour that a wish names: "tomorrow evening", "friday morning", "2026-12-04 6 p.m.".

    Args:
        text: What is missing in it is as planned; empty: all of it.
        planned: When the parcel was to come.
        now: The time in India.

    Raises:
        ParcelError: There is no such tour any more, or it names no time at all.
    """
    words = text.casefold().replace("_", " ")
    day, part = _day(words, now.date()), _part(words)
    if text.strip() and day is None and part is None:
        raise ParcelError(
            "That names no time. Ask the customer for a day, and for morning, afternoon or evening."
        )
    if day is not None and part is None and day != planned.day:
        raise ParcelError(
            f"On {day:%A} the van comes in the morning, in the afternoon and in the evening. Ask "
            "the customer which of them suits."
        )
    wish = Slot(day or planned.day, part or planned.part)
    _check(wish, now)
    return wish


def callback_time(now: datetime) -> str:
    """When a person of the office can call back, for the model."""
    opens, closes = _OFFICE
    if now.weekday() != _SUNDAY and opens <= now.time() < time(closes.hour - 1):
        return "within an hour"
    back = now.date() + timedelta(days=now.time() >= opens)
    if back.weekday() == _SUNDAY:
        back += timedelta(days=1)
    return f"on {back:%A} after {opens.hour} a.m."


def _check(wish: Slot, now: datetime) -> None:
    today = now.date()
    if wish.day < today or (wish.day == today and now.time() >= wish.begin):
        raise ParcelError(f"The tour of {wish.spoken()} is over. {_next(now)}")
    if wish.day.weekday() == _SUNDAY:
        raise ParcelError(f"No parcels are brought on Sundays. {_next(now)}")
    if wish.day > today + timedelta(days=MOST_DAYS):
        last = today + timedelta(days=MOST_DAYS)
        raise ParcelError(f"The depot keeps the parcel until {last:%A} {last.day} {last:%B} only.")


def _next(now: datetime) -> str:
    """The first tours that are still to come."""
    tours = (
        Slot(now.date() + timedelta(days=ahead), part)
        for ahead in range(MOST_DAYS)
        for part in get_args(Part)
    )
    free = (
        tour
        for tour in tours
        if tour.day.weekday() != _SUNDAY and (tour.day > now.date() or now.time() < tour.begin)
    )
    return f"Possible are {next(free).spoken()}, or {next(free).spoken()}."


def _day(words: str, today: date) -> date | None:
    if found := _DATE.search(words):
        try:
            return date.fromisoformat(found[0])
        except ValueError:
            return None
    if "day after tomorrow" in words:
        return today + timedelta(days=2)
    if "tomorrow" in words:
        return today + timedelta(days=1)
    if "today" in words or "tonight" in words:
        return today
    named = next((at for at, name in enumerate(_DAYS) if name in words), None)
    return None if named is None else today + timedelta(days=(named - today.weekday()) % 7)


def _part(words: str) -> Part | None:
    if found := _CLOCK.search(words):
        hour = int(found["hour24"] or found["hour"])
        if found["half"]:
            hour = hour % 12 + 12 * (found["half"] == "p")
        at = time(hour, int(found["minute24"] or found["minute"] or 0))
        return next((part for part, (first, last) in HOURS.items() if first <= at < last), None)
    if "night" in words:
        return "evening"
    return next((part for part in get_args(Part) if part in words), None)
