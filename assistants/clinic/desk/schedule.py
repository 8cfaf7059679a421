"""When the clinic is open, which slots a doctor has, and which of them are free. Pure: the facts,
what is taken, and `now` come in. All times have India's zone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .clinic import INDIA, WEEKDAYS, Clinic, Doctor, Span

NEAR = timedelta(days=14)
"""How far from the wanted day an alternative may be."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of one day."""

    day: date
    spans: tuple[Span, ...]
    """Empty if the clinic is closed."""
    because: str = ""
    """The holiday that changes or closes the day, by name; empty on an ordinary day."""

    def __str__(self) -> str:
        weekday = f"{self.day:%A} {self.day.isoformat()}"
        because = f" ({self.because})" if self.because else ""
        if not self.spans:
            return f"{weekday}{because}: closed"
        return f"{weekday}{because}: open {' and '.join(str(span) for span in self.spans)}"


def hours(clinic: Clinic, day: date) -> Hours:
    """The opening hours of a day."""
    closed = clinic.closed.dates.get(day) or clinic.closed.every_year.get(f"{day:%m-%d}")
    if closed:
        return Hours(day, (), closed)
    holiday = clinic.holidays.get(day, "")
    if holiday or WEEKDAYS[day.weekday()] == "sunday":
        return Hours(day, clinic.hours.sundays_and_holidays, holiday)
    return Hours(day, clinic.hours.monday_to_saturday)


def other_days(clinic: Clinic, today: date) -> tuple[Hours, ...]:
    """The holidays and closed days, Sundays aside, that can be booked or asked for by now."""
    days = (today + timedelta(days=number) for number in range(clinic.book_ahead_days + 1))
    return tuple(found for day in days if (found := hours(clinic, day)).because)


def sessions(clinic: Clinic, doctor: Doctor, day: date) -> tuple[Span, ...]:
    """When a doctor sees patients on a day: the weekly sessions, within opening hours."""
    if WEEKDAYS[day.weekday()] not in doctor.days:
        return ()
    both = (
        Span(max(session.begin, opening.begin), min(session.end, opening.end))
        for session in doctor.sessions
        for opening in hours(clinic, day).spans
    )
    return tuple(span for span in both if span.begin < span.end)


def slots(clinic: Clinic, doctor: Doctor, day: date) -> Iterator[datetime]:
    """The starts of a doctor's slots on a day, taken or not. A slot ends within its session."""
    for session in sessions(clinic, doctor, day):
        start = datetime.combine(day, session.begin, INDIA)
        while start + clinic.slot <= datetime.combine(day, session.end, INDIA):
            yield start
            start += clinic.slot


def free(
    clinic: Clinic,
    doctor: Doctor,
    day: date,
    taken: Collection[datetime],
    now: datetime,
    *,
    after: time = time.min,
    before: time = time.max,
) -> tuple[datetime, ...]:
    """The free starts of a day from `after` to before `before`, none in the past.

    Args:
        taken: The starts of the doctor's appointments; those of other days do no harm.
    """
    if day > last_day(clinic, now):
        return ()
    that_day = [start for start in taken if start.date() == day]
    return tuple(
        start
        for start in slots(clinic, doctor, day)
        if start > now
        and after <= start.time() < before
        # By distance, not by equality: slots may have had another length when one was booked.
        and not any(abs(start - other) < clinic.slot for other in that_day)
    )


def last_day(clinic: Clinic, now: datetime) -> date:
    """The last day that can be booked."""
    return now.date() + timedelta(days=clinic.book_ahead_days)


def year_without_holidays(clinic: Clinic, today: date) -> int | None:
    """The first year that can be booked by now and has no dates in `holidays.toml`; None if all
    have."""
    years = range(today.year, (today + timedelta(days=clinic.book_ahead_days)).year + 1)
    known = {day.year for day in clinic.holidays}
    return next((year for year in years if year not in known), None)


def why_not(clinic: Clinic, doctor: Doctor, start: datetime, now: datetime) -> str | None:
    """Why nobody can have this start; None if somebody can."""
    day = start.date()
    if start <= now:
        return f"{moment(start)} is in the past: it is {moment(now)} now."
    if day > last_day(clinic, now):
        return f"Appointments can be made until {last_day(clinic, now).isoformat()}."
    opening = hours(clinic, day)
    if not opening.spans:
        return f"The clinic is closed. {opening}."
    at_work = sessions(clinic, doctor, day)
    if not at_work:
        return f"{doctor.name} sees nobody on {day:%A} {day.isoformat()}."
    if start not in slots(clinic, doctor, day):
        seen = " and ".join(str(span) for span in at_work)
        return (
            f"{moment(start)} is not the start of a slot. {doctor.name} sees patients from {seen}, "
            f"every {clinic.slot_minutes} minutes."
        )
    return None


def nearest(
    clinic: Clinic,
    doctor: Doctor,
    wanted: datetime,
    taken: Collection[datetime],
    now: datetime,
    *,
    count: int = 3,
) -> tuple[datetime, ...]:
    """The free starts nearest to a wanted one, one before and one after it among them if there are
    any; earliest first, at most `NEAR` away."""
    begin, end = around(clinic, wanted, now)
    days = (begin + timedelta(days=number) for number in range((end - begin).days + 1))
    starts = [start for day in days for start in free(clinic, doctor, day, taken, now)]
    first_after = bisect_left(starts, wanted)
    beside = starts[max(first_after - 1, 0) : first_after + 1]
    others = [start for start in starts if start not in beside]
    others.sort(key=lambda start: abs(start - wanted))
    return tuple(sorted([*beside, *others][:count]))


def around(clinic: Clinic, wanted: datetime, now: datetime) -> tuple[date, date]:
    """The first and last day on which to look for alternatives. A time that is past, or too far
    ahead, has its alternatives next to the days that can be booked."""
    first, last = now.date(), last_day(clinic, now)
    near = min(max(wanted.date(), first), last)
    return max(near - NEAR, first), min(near + NEAR, last)


def moment(at: datetime) -> str:
    """A time for the model: the weekday, and what a tool takes."""
    return f"{at:%A} {at:%Y-%m-%dT%H:%M}"


def moments(starts: Collection[datetime]) -> str:
    """Several of them."""
    return ", ".join(moment(start) for start in starts)
