"""Whether what is confirmed is what was written."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest

from evals.judges.read_back import read_back
from evals.transcript import RowChange, Transcript

from .calls import call, turn

NOW = datetime.fromisoformat("2026-12-01T09:10:00+05:30")
COLUMNS = {"t": ("start",)}
ROW = {"id": 1, "start": datetime.fromisoformat("2026-12-02T10:00"), "active": True}


def wrote(reply: str, new: Any = ROW, old: Any = None) -> Transcript:
    """A call whose second turn writes a row."""
    return call(turn(1), turn(2, "yes", reply, changes=(RowChange("t", old, new),)))


@pytest.mark.parametrize(
    "reply",
    [
        "Booked for Wednesday at 10 a.m.",
        "Booked for tomorrow at 10:00.",
        "2 December, ten o'clock. Done.",
        "कल सुबह 10 बजे बुक हो गया।",
        "நாளை காலை 10 மணிக்கு பதிவாகிவிட்டது.",
    ],
)
def test_time_and_day_are_said(reply: str) -> None:
    """In any language, counted from today or by name."""
    assert not list(read_back(wrote(reply), COLUMNS, NOW))


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("Booked for Thursday at 10 a.m.", "the reply says 2026-12-03"),
        ("Booked for Wednesday at 11 a.m.", "is 10:00"),
        ("Done, it is booked.", "no day"),
    ],
)
def test_another_time_or_none_is_found(reply: str, problem: str) -> None:
    """The record counts."""
    found = list(read_back(wrote(reply), COLUMNS, NOW))
    assert any(problem in finding.message and finding.turn == 2 for finding in found)


def test_a_cancelled_row_need_not_be_read_back() -> None:
    """Its time has not changed."""
    assert not list(read_back(wrote("It is cancelled.", ROW | {"active": None}, ROW), COLUMNS, NOW))
    assert not list(read_back(wrote("It is gone.", None, ROW), COLUMNS, NOW))


def test_words_are_read_back_in_english() -> None:
    """In another script they cannot be compared."""
    columns = {"t": ("street",)}
    row = {"id": 1, "street": "12 Nehru Road"}
    assert not list(read_back(wrote("Changed to 12, Nehru Road.", row), columns, NOW))
    assert list(read_back(wrote("Changed to 12, Gandhi Road.", row), columns, NOW))
    assert not list(read_back(wrote("पता बदल दिया।", row), columns, NOW))


def test_a_time_of_day_is_read_back() -> None:
    """A column may hold only that."""
    row = {"id": 1, "start": time(17, 30)}
    assert not list(read_back(wrote("At 5:30 p.m.", row), COLUMNS, NOW))
    assert list(read_back(wrote("At 5 p.m.", row), COLUMNS, NOW))


def test_nothing_is_done_that_was_not_written() -> None:
    """Unless a row was there before, of which the agent may speak."""
    claims = call(turn(1, "book it", "Your appointment is booked."))
    (found,) = read_back(claims, COLUMNS, NOW)
    assert "nothing was written" in found.message
    assert not list(read_back(call(turn(1, "?", "It is not booked.")), COLUMNS, NOW))
    before = call(turn(1, "?", "You are booked."), before={"t": (ROW,)})
    assert not list(read_back(before, COLUMNS, NOW))
