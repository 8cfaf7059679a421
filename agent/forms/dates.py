"""Dates that a caller says: which day is meant, or what must be asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ..turns.expected import Progress
from .calendar_words import calendar_words, month_name, weekday_name
from .entry import Judged
from .said_dates import SaidDate, read_date
from .tokens import tokens

_YEARS_NEEDED: Final = timedelta(days=730)
"""If more days than these are accepted, such as for a date of birth, the year must be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForm:
    """The dates that are accepted, from `earliest` to `latest`, both included."""

    today: date
    earliest: date = date.min
    latest: date = date.max

    def accepts(self, day: date) -> bool:
        """Whether a date is within the limits."""
        return self.earliest <= day <= self.latest

    @property
    def needs_year(self) -> bool:
        """Whether the limits leave open which year is meant."""
        has_limits = self.earliest > date.min and self.latest < date.max
        return has_limits and self.latest - self.earliest > _YEARS_NEEDED


@dataclass(frozen=True, slots=True)
class DateEntry:
    """A date as far as it has been said. `feed` returns the next state."""

    form: DateForm
    heard: str = ""

    def feed(self, text: str) -> DateEntry:
        """The entry after the caller has said `text`: a part of the date, or another date."""
        if all(word.kind in ("other", "slash") for word in calendar_words(tokens(text))):
            return self
        together = replace(self, heard=f"{self.heard} {text}".strip())
        alone = replace(self, heard=text)
        if read_date(together.heard).is_contradictory:
            return alone
        if together.judged.problem and alone.judged.candidates:
            return alone
        has_chosen = len(self.judged.candidates) > 1 and len(together.judged.candidates) != 1
        return alone if has_chosen and len(alone.judged.candidates) == 1 else together

    def progress_with(self, text: str) -> Progress:
        """How far the date comes with `text`, the transcript of a turn that may go on."""
        return self.feed(text).judged.progress if self.is_all_of(text) else Progress.UNRELATED

    def is_all_of(self, text: str) -> bool:
        """Whether `text` has nothing but words of a date."""
        said = read_date(text)
        return not said.is_empty and not said.has_other_words

    @property
    def judged(self) -> Judged[date]:
        """What has been heard so far."""
        return judge_date(read_date(self.heard), self.form)


def judge_date(said: SaidDate, form: DateForm) -> Judged[date]:
    """The day that is meant, as far as that is certain. The problem is "no_such_date" or
    "out_of_range"."""
    if said.months_away is not None:
        said = _with_month_named(said, form.today)
    if said.days_away or (said.weekday is not None and said.day is None and said.month is None):
        possible, progress = list(_relative(said, form)), Progress.COMPLETE
    elif said.day is None:
        return Judged(Progress.PARTIAL)
    elif said.month is None:
        # A month may follow.
        possible, progress = list(_days_of_month(said.day, form.today)), Progress.POSSIBLE
    else:
        if said.year is None and form.needs_year:
            return Judged(Progress.PARTIAL)
        possible, progress = list(_in_years(said, form.today)), Progress.COMPLETE
    possible = [day for day in possible if _is_as_said(day, said)]
    if not possible:
        return Judged(Progress.POSSIBLE, problem="no_such_date")
    accepted = [day for day in possible if form.accepts(day)]
    if not accepted:
        return Judged(Progress.POSSIBLE, problem="out_of_range")
    if said.month is not None and not said.days_away:
        # A day and its month, without the year or its century: the nearest one is meant.
        accepted = [min(accepted, key=lambda day: abs(day - form.today))]
    return Judged(progress, candidates=tuple(sorted(set(accepted))[:2]))


def say_date(day: date, language: str, today: date) -> str:
    """The date as it is read back, in the language of a code such as hi-IN: "Tuesday, 15 December",
    with the year if it is not this one."""
    said = f"{weekday_name(day.weekday(), language)}, {day.day} {month_name(day.month, language)}"
    return said if day.year == today.year else f"{said} {day.year}"


def _with_month_named(said: SaidDate, today: date) -> SaidDate:
    year, month = divmod(today.year * 12 + today.month - 1 + (said.months_away or 0), 12)
    return replace(said, months_away=None, month=month + 1, year=year)


def _is_as_said(day: date, said: SaidDate) -> bool:
    """Whether a day has all that was said of it: "tomorrow" may not be the 15th."""
    return (
        said.weekday in (None, day.weekday())
        and said.day in (None, day.day)
        and said.month in (None, day.month)
        and said.year in (None, day.year, day.year % 100)
    )


def _relative(said: SaidDate, form: DateForm) -> Iterator[date]:
    for days in said.days_away:
        yield from _away(form.today, days)
    if not said.days_away and said.weekday is not None:
        ahead = (said.weekday - form.today.weekday()) % 7
        yield from _away(form.today, ahead)
        # On a Monday, "Monday" may be today or in a week; "next Monday" always has two meanings.
        if said.is_next or ahead == 0:
            yield from _away(form.today, ahead + 7)
        if form.latest <= form.today:
            yield from _away(form.today, ahead - 7)


def _away(today: date, days: int) -> Iterator[date]:
    # A caller may say any number of days.
    if abs(days) < 1000:
        yield today + timedelta(days=days)


def _days_of_month(day: int, today: date) -> Iterator[date]:
    """The last such day and the next one, as not every month has a 31st."""
    months = [divmod(today.year * 12 + today.month - 1 + away, 12) for away in range(-2, 3)]
    dates = [made for year, month in months if (made := _date(year, month + 1, day))]
    yield from [made for made in dates if made < today][-1:]
    yield from [made for made in dates if made >= today][:1]


def _in_years(said: SaidDate, today: date) -> Iterator[date]:
    if said.year is None:
        years = [today.year + away for away in range(-4, 5)]
    elif said.year < 100:
        years = [1900 + said.year, 2000 + said.year]
    else:
        years = [said.year]
    for year in years:
        if made := _date(year, said.month or 0, said.day or 0):
            yield made


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):  # A caller may say any number.
        return None
