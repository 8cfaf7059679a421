"""What tools say, as JSON and as text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from sandbox.openai.receptionist.opening import Clock
from sandbox.openai.tool_dialogue import results
from sandbox.openai.tool_dialogue.scan import spoken_date

THURSDAY = date(2026, 3, 5)
TEN, HALF_PAST = Clock(10), Clock(10, 30)


@pytest.mark.parametrize(
    "content",
    [
        '["2026-03-05T10:00", "2026-03-05T10:30"]',
        '{"free": ["2026-03-05T10:00:00+05:30", "2026-03-05T10:30:00+05:30"]}',
        "{'day': '2026-03-05', 'times': ['10:00', '10:30']}",
        '[{"start": "2026-03-05T10:00", "end": "2026-03-05T10:15"},'
        ' {"start": "2026-03-05T10:30", "end": "2026-03-05T10:45"}]',
        "Free with Dr. Rao on Thursday 2026-03-05: 10:00, 10:30.",
        "Thursday: 10:00, 10:30",
        "Free on 5 March: 10 a.m. to 10:15 a.m., 10:30 a.m. to 10:45 a.m.",
        "10:00-10:15, 10:30-10:45",
    ],
)
def test_the_times_of_a_result(content: str) -> None:
    """In any form; the ends of ranges are no starts."""
    found = results.moments(content, THURSDAY)
    assert [(at.day, at.clock) for at in found] == [(THURSDAY, TEN), (THURSDAY, HALF_PAST)]


def test_a_time_keeps_its_iso_form_and_its_doctor() -> None:
    """A model repeats what a tool wrote."""
    (at,) = results.moments('{"doctor": "Dr. Iyer", "start": "2026-03-05T10:00"}', THURSDAY)
    assert (at.token, at.doctor) == ("2026-03-05T10:00", "iyer")


@pytest.mark.parametrize(
    "content",
    [
        '[{"id": 7, "start": "2026-03-05T10:00", "doctor": "Dr. Rao"}]',
        '{"appointments": [{"reference": "7", "start": "2026-03-05T10:00", "doctor": "rao"}]}',
        "Booked: reference 7, Dr. Rao, Thursday 2026-03-05T10:00, Ravi Kumar, +919876543210.",
    ],
)
def test_the_appointments_of_a_result(content: str) -> None:
    """Reference, time and doctor."""
    (record,) = results.records(content, THURSDAY)
    assert record.moment is not None
    assert (record.reference, record.moment.clock, record.doctor) == ("7", TEN, "rao")


@pytest.mark.parametrize(
    ("content", "failed"),
    [
        ('{"error": "no such slot"}', True),
        ('{"ok": false}', True),
        ('{"ok": true, "note": "no charge"}', False),
        ("Not booked: that slot is taken.", True),
        ("An Indian mobile number has 10 digits. Ask the caller for it again.", True),
        ("Booked for Monday at 10:30.", False),
        ("Booked with Dr. Rao. No charge for the first visit.", False),
        ("ok", False),
        ("", False),
        ("[]", False),
    ],
)
def test_whether_a_tool_failed(content: str, failed: bool) -> None:
    """The first sentence decides, or a field for it."""
    assert (results.failure(content) is not None) is failed


def test_only_what_is_meant_for_the_caller_is_spoken() -> None:
    """Not what instructs the model, and no arguments."""
    assert results.spoken("say goodbye to the user") == ""
    assert results.spoken("It is full. Ask the caller for another day.") == "It is full."
    assert results.spoken("Booked: reference 7, 2026-03-05T10:00.") == ""
    assert results.is_sentence("Booked for Monday at 10:30.")
    assert not results.is_sentence('{"free": ["10:00"]}')


def test_a_failure_names_other_times() -> None:
    """Its other times (opening hours) are none."""
    content = "Nothing is free on 2026-03-05. Open 09:30 to 13:00. The nearest: 2026-03-06T10:00."
    (at,) = results.alternatives(content, THURSDAY)
    assert (at.day, at.clock) == (date(2026, 3, 6), TEN)


def test_opening_hours_are_pairs() -> None:
    """From each opening time to its closing time."""
    content = "Thursday 2026-03-05: open 09:30 to 13:00 and 17:00 to 20:30"
    pairs = results.spans(content, THURSDAY)
    assert pairs == ((Clock(9, 30), Clock(13)), (Clock(17), Clock(20, 30)))


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("on the 12th of march", None),
        ("on 12 march", date(2026, 3, 12)),
        ("2 January", date(2027, 1, 2)),
        ("2026-03-09", date(2026, 3, 9)),
        ("tomorrow", None),
        ("99 march", date(2026, 3, 4)),
    ],
)
def test_a_date_that_a_caller_names(said: str, day: Any) -> None:
    """Never one of the past; an impossible one is today."""
    assert spoken_date(said, datetime(2026, 3, 4, 11)) == day  # noqa: DTZ001


@pytest.mark.parametrize(
    ("content", "address"),
    [
        ('{"address": "14 Gandhi Road"}', "14 Gandhi Road"),
        ("Verified. The address on file: 14 Gandhi Road, Adyar. More.", "14 Gandhi Road, Adyar"),
        ('address: "14 Gandhi Road. First floor"', "14 Gandhi Road. First floor"),
        ("no such thing", None),
    ],
)
def test_a_value_is_found_by_its_name(content: str, address: Any) -> None:
    """In JSON, and behind its name in a text; quotation marks may hold a full stop."""
    assert results.named(content, "address") == address
