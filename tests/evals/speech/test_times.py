"""Clock times that texts say."""

from __future__ import annotations

import pytest

from evals.speech.times import spoken, times


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from 9:30 a.m. to 1 p.m., and again from 5 p.m. to 8:30 p.m.", "9:30 1:00 5:00 8:30"),
        ("10, 10:30 or 11 a.m. are free", "10:00 10:30 11:00"),
        ("tomorrow at ten thirty", "10:30"),
        ("half past five", "5:30"),
        ("a quarter to six", "5:45"),
        ("ten o'clock", "10:00"),
        ("at ten", "10:00"),
        ("eleven in the morning", "11:00"),
        ("at twelve noon", "12:00"),
        ("at 5", "5:00"),
        ("सुबह 9:30 से 1 बजे तक, फिर शाम 5 से 8:30 बजे तक", "9:30 1:00 5:00 8:30"),
        ("दस बजे", "10:00"),
        ("साढ़े पाँच बजे", "5:30"),
        ("पौने छह बजे", "5:45"),
        ("डेढ़ बजे", "1:30"),
        ("das baje", "10:00"),
        ("१०:३० बजे", "10:30"),
        ("காலை 10 மணிக்கு", "10:00"),
        ("பத்து மணிக்கு", "10:00"),
        ("ஐந்தரை மணிக்கு", "5:30"),
        ("starts 2026-12-01T10:00:00+05:30", "10:00"),
        ("2026-12-01 10:15:00", "10:15"),
        ("22:15", "10:15"),
    ],
)
def test_a_time_is_found(text: str, said: str) -> None:
    """In digits of any script and in words, an ISO time without its zone."""
    assert {spoken(time) for time in times(text)} == set(said.split())


@pytest.mark.parametrize(
    "text",
    [
        "Rs. 500 and Rs. 200",
        "within 7 days, 10 minutes early",
        "98765 43210",
        "call 112, 12 F.C. Road",
        "one moment please",
        "at one of our doctors, at 12 F.C. Road",
        "at 27:80",
        "",
    ],
)
def test_other_numbers_are_no_times(text: str) -> None:
    """Prices, telephone numbers, durations."""
    assert times(text) == set()
