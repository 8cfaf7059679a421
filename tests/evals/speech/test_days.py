"""Days that texts name."""

from __future__ import annotations

from datetime import date

import pytest

from evals.speech.days import days

TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("on Monday at 10", {7}),
        ("on Tuesday", {1}),
        ("today or tomorrow", {1, 2}),
        ("the day after tomorrow", {3}),
        ("कल सुबह", {2}),
        ("परसों", {3}),
        ("मंगलवार को", {1}),
        ("kal subah", {2}),
        ("நாளை காலை", {2}),
        ("நாளை மறுநாள்", {3}),
        ("வெள்ளிக்கிழமை", {4}),
        ("3 December", {3}),
        ("December 3rd", {3}),
        ("3 दिसंबर", {3}),
        ("2026-12-05T10:00", {5}),
        ("at 10, for Anita", set()),
        ("31 February, 2026-13-45", set()),
    ],
)
def test_a_day_is_found(text: str, named: set[int]) -> None:
    """Counted from today, by weekday or by date; an impossible date is none."""
    assert {day.day for day in days(text, TUESDAY)} == named


def test_a_date_that_is_long_past_is_next_years() -> None:
    """In December, "26 January" is the one to come."""
    assert days("26 January", TUESDAY) == {date(2027, 1, 26)}
