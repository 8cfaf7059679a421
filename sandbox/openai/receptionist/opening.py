"""The clinic's opening hours. Pure; `now` is an argument, in the clinic's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE: Mapping[str, int] = {"today": 0, "now": 0, "tomorrow": 1, "day_after": 2}
DAYS = frozenset({*WEEKDAYS, *_RELATIVE} - {"now"})
"""Names of days for an appointment."""


@dataclass(frozen=True, slots=True, order=True)
class Clock:
    """A time of day, 24 hours."""

    hour: int
    minute: int = 0

    @property
    def part(self) -> str:
        """The part of the day, which Indian languages use for a.m. and p.m."""
        if self.hour < 12:
            return "morning"
        if self.hour < 16:
            return "afternoon"
        return "evening" if self.hour < 20 else "night"


Session = tuple[Clock, Clock]
"""Opening and closing time."""
_WEEKDAY: tuple[Session, ...] = ((Clock(9, 30), Clock(13)), (Clock(17), Clock(20, 30)))
_SUNDAY: tuple[Session, ...] = ((Clock(10), Clock(13)),)
USUAL_HOURS: tuple[Session, ...] = (*_WEEKDAY, *_SUNDAY)
"""The sessions of a weekday, then those of a Sunday."""


def date_of(day: str, now: datetime) -> datetime:
    """The date of a day's name, seen from `now`; a weekday's name never means today."""
    if day in _RELATIVE:
        return now + timedelta(days=_RELATIVE[day])
    ahead = (WEEKDAYS.index(day) - now.weekday() - 1) % 7 + 1
    return now + timedelta(days=ahead)


def is_sunday(day: str, now: datetime) -> bool:
    """Whether the day is a Sunday."""
    return date_of(day, now).weekday() == WEEKDAYS.index("sunday")


def sessions(day: str, now: datetime) -> tuple[Session, ...]:
    """The sessions of that day, in order."""
    return _SUNDAY if is_sunday(day, now) else _WEEKDAY


def closes_at(day: str, clock: Clock, now: datetime) -> Clock | None:
    """When the session at that time ends; None if the clinic is closed then."""
    return next(
        (closes for opens, closes in sessions(day, now) if opens <= clock < closes),
        None,
    )


def nearest_open(day: str, clock: Clock, now: datetime) -> Clock:
    """The next opening time after `clock` that day, else an hour before the day's end."""
    hours = sessions(day, now)
    later = [opens for opens, _ in hours if opens > clock]
    last = hours[-1][1]
    return later[0] if later else Clock(last.hour - 1, last.minute)
