"""The prompt: the same facts as the desk's, the tools by their names, what changes at its end."""

from __future__ import annotations

import re
from datetime import datetime, time
from itertools import pairwise

import pytest
from livekit.agents.llm.tool_context import find_function_tools

from assistants.clinic.assistant import Receptionist
from assistants.clinic.desk import INDIA, Doctor, load_clinic
from assistants.clinic.desk.clinic import WEEKDAYS, Span
from tests.support.clinic import CLINIC

FACTS = load_clinic()


def clock(at: time) -> str:
    """As the prompt writes a time."""
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'a.m.' if at.hour < 12 else 'p.m.'}"


def spans(hours: tuple[Span, ...]) -> str:
    return " and ".join(f"{clock(span.begin)} to {clock(span.end)}" for span in hours)


def test_the_opening_hours_are_the_desks() -> None:
    """A question about them needs no tool, so the prompt must have them right."""
    hours = FACTS.hours
    # "p.m." ends a sentence as well.
    assert (
        f"- Open Monday to Saturday {spans(hours.monday_to_saturday)}, "
        f"Sundays and holidays {spans(hours.sundays_and_holidays)} Closed"
    ) in CLINIC.prompt


def test_the_closed_days_are_the_desks() -> None:
    """Fixed ones by their dates, others by their names."""
    days = [
        f"{day.day} {day:%B}"
        for day in (datetime.strptime(f"2000-{key}", "%Y-%m-%d") for key in FACTS.closed.every_year)  # noqa: DTZ007
    ]
    *names, last = [*days, *dict.fromkeys(FACTS.closed.dates.values())]
    assert f"Closed on {', '.join(names)} and {last}." in CLINIC.prompt


@pytest.mark.parametrize("doctor", FACTS.doctors, ids=lambda doctor: doctor.id)
def test_the_doctors_are_the_desks(doctor: Doctor) -> None:
    """With their fields, days and times."""
    assert f"{doctor.name}, {doctor.treats}, {days(doctor).rstrip('.')}." in CLINIC.prompt


def days(doctor: Doctor) -> str:
    """As the prompt writes a doctor's days and times."""
    on = [day for day in WEEKDAYS if day in doctor.days]
    assert all(WEEKDAYS.index(b) == WEEKDAYS.index(a) + 1 for a, b in pairwise(on)), "has gaps"
    if doctor.sessions == FACTS.hours.monday_to_saturday:
        return f"in all opening hours from {on[0].title()} to {on[-1].title()}"
    if len(on) == len(WEEKDAYS):
        assert all(span.end.hour <= 13 for span in doctor.sessions)
        return f"every morning {spans(doctor.sessions)}"
    return f"{on[0].title()} to {on[-1].title()} {spans(doctor.sessions)}"


def test_no_other_doctor_is_in_it() -> None:
    """The model would offer them."""
    assert set(re.findall(r"Dr\. (?:Meera )?[A-Z]\w+", CLINIC.prompt)) == {
        doctor.name for doctor in FACTS.doctors
    }


def test_its_tools_exist() -> None:
    """A model calls what it is said to have."""
    tools = {tool.info.name for tool in find_function_tools(Receptionist)}
    assert set(re.findall(r"\b[a-z]+_[a-z_]+\b", CLINIC.prompt)) <= tools


def test_what_changes_from_call_to_call_is_at_the_end() -> None:
    """Providers cache a prompt by its beginning. Date, time and holidays need no tool."""
    same, one = parts(datetime(2026, 12, 1, 9, 10, tzinfo=INDIA))
    assert parts(datetime(2026, 9, 6, 20, 0, tzinfo=INDIA))[0] == same
    assert same.startswith(CLINIC.prompt.strip())
    assert one.startswith("Tuesday 2026-12-01, 09:10. Holidays until Saturday 2027-01-30: ")
    assert "Friday 2026-12-25 (Christmas): open 10:00 to 13:00; " in one
    assert one.endswith("Tuesday 2027-01-26 (Republic Day): closed.")


def parts(now: datetime) -> list[str]:
    """The instructions of a call at a time: up to the time, and from there."""
    call = CLINIC.new_call("hi-IN", now=lambda: now)
    return str(CLINIC.answer(call).instructions).split("\n\nIt is ")
