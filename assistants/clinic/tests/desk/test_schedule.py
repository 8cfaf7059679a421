"""Opening hours, sessions, slots and alternatives: tables of facts, no clock."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants.clinic.desk import INDIA, Doctor, load_clinic, schedule

CLINIC = load_clinic()
MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=INDIA)


def doctor(doctor_id: str) -> Doctor:
    found = CLINIC.doctor(doctor_id)
    assert found
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=INDIA)


def free(doctor_id: str, day: date, *taken: str, now: datetime = NOW, **window: time) -> list[str]:
    starts = schedule.free(
        CLINIC, doctor(doctor_id), day, [at(start) for start in taken], now, **window
    )
    return [f"{start:%H:%M}" for start in starts]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-11-30", "Monday 2026-11-30: open 09:30 to 13:00 and 17:00 to 20:30"),
        ("2026-12-06", "Sunday 2026-12-06: open 10:00 to 13:00"),
        ("2026-12-25", "Friday 2026-12-25 (Christmas): open 10:00 to 13:00"),
        ("2027-01-26", "Tuesday 2027-01-26 (Republic Day): closed"),
        ("2026-08-15", "Saturday 2026-08-15 (Independence Day): closed"),
        ("2026-11-08", "Sunday 2026-11-08 (Diwali): closed"),
        ("2027-10-29", "Friday 2027-10-29 (Diwali): closed"),
        ("2027-10-30", "Saturday 2027-10-30 (Bali Pratipada): open 10:00 to 13:00"),
    ],
)
def test_hours_of_a_day(day: str, says: str) -> None:
    assert str(schedule.hours(CLINIC, date.fromisoformat(day))) == says


def test_other_days_are_the_holidays_that_can_be_booked() -> None:
    """From today to the last day, whether the clinic opens or not; no Sunday for its own sake."""
    days = {day.because: bool(day.spans) for day in schedule.other_days(CLINIC, MONDAY)}
    assert days == {"Christmas": True, "Republic Day": False}
    assert schedule.other_days(CLINIC, date(2026, 12, 25))[0].because == "Christmas"
    assert schedule.other_days(CLINIC, date(2026, 12, 26))[0].because == "Republic Day"


def test_a_doctor_has_slots_in_sessions_within_opening_hours() -> None:
    """On a holiday a weekday's sessions shrink to a Sunday's hours; the last slot ends in time."""
    assert free("rao", MONDAY)[:2] == ["09:30", "09:45"]
    assert free("rao", MONDAY)[-1] == "20:15"
    assert free("iyer", MONDAY) == [f"{h}:{m:02}" for h in (17, 18, 19) for m in (0, 15, 30, 45)]
    christmas = date(2026, 12, 25)
    assert free("rao", christmas)[0] == "10:00"
    assert free("rao", christmas)[-1] == "12:45"
    assert free("iyer", christmas) == []
    assert free("rao", date(2026, 12, 6)) == []
    assert free("kulkarni", date(2026, 12, 6))[0] == "10:00"
    assert free("kulkarni", date(2027, 1, 26)) == []


def test_nothing_is_free_in_the_past_or_too_far_ahead() -> None:
    """What begins now has begun."""
    assert free("kulkarni", MONDAY, now=at("2026-11-30T12:15")) == ["12:30", "12:45"]
    assert free("rao", date(2026, 11, 28)) == []
    assert free("rao", date(2027, 1, 29))
    assert free("rao", date(2027, 1, 30)) == []


def test_what_is_taken_is_not_free() -> None:
    """Nor what would overlap an appointment from a time of other slot lengths."""
    assert free("kulkarni", MONDAY, "2026-11-30T10:15", before=time(11)) == [
        "10:00",
        "10:30",
        "10:45",
    ]
    assert free("kulkarni", MONDAY, "2026-11-30T10:20", before=time(11)) == ["10:00", "10:45"]
    assert free("kulkarni", MONDAY, "2026-12-01T10:15", before=time(11))[1] == "10:15"


def test_a_window_includes_its_begin_and_not_its_end() -> None:
    assert free("rao", MONDAY, after=time(17), before=time(17, 30)) == ["17:00", "17:15"]


@pytest.mark.parametrize(
    ("who", "start", "says"),
    [
        ("rao", "2026-11-30T10:00", None),
        ("rao", "2026-11-30T07:45", "in the past: it is Monday 2026-11-30T08:00 now"),
        ("rao", "2026-11-30T08:00", "in the past"),
        ("rao", "2027-02-01T10:00", "until 2027-01-29"),
        ("rao", "2027-01-26T10:00", r"closed\. Tuesday 2027-01-26 \(Republic Day\): closed"),
        ("rao", "2026-12-06T10:00", r"Dr\. Rao sees nobody on Sunday 2026-12-06"),
        ("iyer", "2026-12-25T17:00", r"Dr\. Meera Iyer sees nobody on Friday"),
        ("rao", "2026-11-30T10:05", "not the start of a slot.* every 15 minutes"),
        ("rao", "2026-11-30T14:00", "from 09:30 to 13:00 and 17:00 to 20:30"),
    ],
)
def test_a_start_that_nobody_can_have_says_why(who: str, start: str, says: str | None) -> None:
    because = schedule.why_not(CLINIC, doctor(who), at(start), NOW)
    assert because is None if says is None else re.search(says, because or "")


def nearest(who: str, wanted: str, *taken: str) -> list[str]:
    starts = schedule.nearest(CLINIC, doctor(who), at(wanted), [at(each) for each in taken], NOW)
    return [f"{start:%dT%H:%M}" for start in starts]


def test_alternatives_are_the_nearest_with_one_on_either_side() -> None:
    """A caller may want earlier or later; earliest first, across days where it must be."""
    taken = "2026-11-30T11:00"
    assert nearest("kulkarni", taken, taken) == ["30T10:30", "30T10:45", "30T11:15"]
    assert nearest("kulkarni", "2026-12-01T10:00", "2026-12-01T10:00") == [
        "30T12:45",
        "01T10:15",
        "01T10:30",
    ]
    assert nearest("rao", "2026-12-06T11:00") == ["05T20:00", "05T20:15", "07T09:30"]


def test_alternatives_to_the_past_and_to_a_far_day_can_be_booked() -> None:
    assert nearest("rao", "2025-01-01T10:00") == ["30T09:30", "30T09:45", "30T10:00"]
    assert nearest("rao", "2028-01-01T10:00") == ["29T19:45", "29T20:00", "29T20:15"]


def test_a_doctor_who_is_booked_out_has_no_alternatives() -> None:
    days = [MONDAY + timedelta(days=number) for number in range(30)]
    taken = [slot for day in days for slot in schedule.slots(CLINIC, doctor("iyer"), day)]
    assert schedule.nearest(CLINIC, doctor("iyer"), at("2026-12-01T17:00"), taken, NOW) == ()


@given(
    who=st.sampled_from([each.id for each in CLINIC.doctors]),
    days=st.integers(0, 70),
    minutes=st.integers(0, 24 * 60 - 1),
)
def test_what_is_free_is_what_can_be_booked(who: str, days: int, minutes: int) -> None:
    """Nobody is offered a slot that is then refused, or refused one that was offered."""
    day = MONDAY + timedelta(days=days)
    start = datetime.combine(day, time.min, INDIA) + timedelta(minutes=minutes)
    offered = start in schedule.free(CLINIC, doctor(who), day, (), NOW)
    assert offered is (schedule.why_not(CLINIC, doctor(who), start, NOW) is None)


def test_a_year_without_holidays_is_noticed_in_time() -> None:
    """As soon as it can be booked."""
    assert schedule.year_without_holidays(CLINIC, date(2028, 11, 1)) is None
    assert schedule.year_without_holidays(CLINIC, date(2028, 11, 2)) == 2029
