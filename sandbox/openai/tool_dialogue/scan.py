"""Dates and times in text, as tools and callers write them. Pure.

A time without a date is on the date before it, else on the day that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..receptionist.opening import WEEKDAYS, Clock

_MONTHS = "January February March April May June July August September October November December"
_MONTH_NUMBERS = {name[:3].casefold(): at for at, name in enumerate(_MONTHS.split(), 1)}
_MONTH = rf"(?P<month>{'|'.join(name[:3] for name in _MONTHS.split())})[a-z]*\.?"
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d)(?:[T ](?P<isotime>\d\d:\d\d)(?::\d\d)?(?:[+-]\d\d:?\d\d|Z)?)?"
    rf"|(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})\b"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?<![\d:.])(?P<clock>(?:[01]?\d|2[0-3]):[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_RANGE_END = re.compile(r"(?:\bto|\buntil|\btill|-|–)\s*$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and a time in a result."""

    day: date
    clock: Clock
    token: str = ""
    """The ISO form in the result, if it has one: a model repeats it in its next call."""
    doctor: str | None = None
    """The doctor in the same object or line."""


def scan(text: str, day: date, *, ends: bool) -> Iterator[Moment]:
    """The times in `text`, in their order; those that end a range only with `ends`."""
    for token in _TOKEN.finditer(text):
        if token["weekday"]:
            ahead = WEEKDAYS.index(token["weekday"].casefold()) - day.weekday()
            day += timedelta(days=ahead % len(WEEKDAYS))
        elif token["iso"] or token["dom"]:
            day = _date(token, day)
        clock = _clock(token)
        if clock is None or (not ends and _RANGE_END.search(text[: token.start()])):
            continue
        yield Moment(day, clock, token[0].replace(" ", "T") if token["isotime"] else "")


def _date(token: re.Match[str], near: date) -> date:
    try:
        if token["iso"]:
            return date.fromisoformat(token["iso"])
        month = _MONTH_NUMBERS[token["month"][:3].casefold()]
        return date(int(token["year"] or near.year), month, int(token["dom"]))
    except ValueError:
        return near


def _clock(token: re.Match[str]) -> Clock | None:
    written = token["isotime"] or token["clock"]
    if written:
        parsed = datetime.strptime(written, "%H:%M")  # noqa: DTZ007 (a time of day)
        return Clock(parsed.hour, parsed.minute)
    if not token["hour"] or int(token["hour"]) > 12:
        return None
    late = 12 if token["half"].casefold() == "p" else 0
    return Clock(int(token["hour"]) % 12 + late, int(token["minute"] or 0))


def spoken_date(text: str, now: datetime) -> date | None:
    """A date that a caller names by its number and month ("12 March"), not before today."""
    token = next((found for found in _TOKEN.finditer(text) if found["dom"] or found["iso"]), None)
    if token is None:
        return None
    day = _date(token, now.date())
    return day if day >= now.date() else _date(token, now.date().replace(year=now.year + 1, day=1))
