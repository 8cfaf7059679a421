"""What is said of a date."""

from __future__ import annotations

import pytest

from agent.forms.said_dates import SaidDate, read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15/12", SaidDate(day=15, month=12)),
        ("15.12.2026", SaidDate(day=15, month=12, year=2026)),
        ("15-12-26", SaidDate(day=15, month=12, year=26)),
        ("2026-12-15", SaidDate(day=15, month=12, year=2026)),
        ("12/25", SaidDate(day=12, month=25)),
        ("15 December", SaidDate(day=15, month=12)),
        ("December 15", SaidDate(day=15, month=12)),
        ("the fifteenth of December twenty twenty six", SaidDate(day=15, month=12, year=2026)),
        ("पंद्रह दिसंबर दो हज़ार छब्बीस", SaidDate(day=15, month=12, year=2026)),
        ("டிசம்பர் பதினைந்து", SaidDate(day=15, month=12)),
        ("fifteen twelve twenty twenty six", SaidDate(day=15, month=12, year=2026)),
        ("twenty second December", SaidDate(day=22, month=12)),
        ("the twenty-first", SaidDate(day=21)),
        ("one second", SaidDate(has_other_words=True)),
        ("15 tareekh", SaidDate(day=15)),
        ("pandrah", SaidDate(day=15)),
        ("next Monday", SaidDate(weekday=0, is_next=True)),
        ("Monday the 7th", SaidDate(weekday=0, day=7)),
        ("कल", SaidDate(days_away=(1, -1))),
        ("do din baad", SaidDate(days_away=(2,))),
        ("in three days", SaidDate(days_away=(3,))),
        ("in two weeks", SaidDate(days_away=(14,))),
        ("do hafte baad", SaidDate(days_away=(14,))),
        ("next week at 10", SaidDate(is_next=True, has_other_words=True)),
        ("two days", SaidDate()),
        ("in two years", SaidDate(has_other_words=True)),
        ("15th of next month", SaidDate(day=15, months_away=1, is_next=True)),
        ("agle mahine 15 tareekh", SaidDate(day=15, months_away=1, is_next=True)),
        ("அடுத்த மாதம் 15", SaidDate(day=15, months_away=1, is_next=True)),
        ("in two months", SaidDate(months_away=2)),
        ("tomorrow 15 December", SaidDate(days_away=(1,), day=15, month=12)),
        ("tomorrow, the 15th", SaidDate(days_away=(1,), day=15)),
        ("in three days, the 15th", SaidDate(days_away=(3,), day=15)),
        ("tomorrow at 10", SaidDate(days_away=(1,), has_other_words=True)),
        ("15 December 10 am", SaidDate(day=15, month=12)),
        ("15 December 10:30", SaidDate(day=15, month=12)),
        ("15 December 20:30", SaidDate(day=15, month=12)),
        ("15 December 26", SaidDate(day=15, month=12, year=26)),
        ("2027 December 15", SaidDate(day=15, month=12, year=2027)),
        ("December", SaidDate(month=12)),
        ("15 December, no, 16 December", SaidDate(day=16, month=12)),
        ("15 December 16 December", SaidDate(day=16, month=12, is_contradictory=True)),
        (
            "today or tomorrow",
            SaidDate(days_away=(1,), is_contradictory=True, has_other_words=True),
        ),
        ("why", SaidDate(has_other_words=True)),
        ("", SaidDate()),
    ],
)
def test_a_date_is_read_the_indian_way(text: str, expected: SaidDate) -> None:
    """Day before month, in figures or words; whether there is such a day is judged later."""
    said = read_date(text)
    if expected.is_contradictory:
        assert said.is_contradictory
    else:
        assert said == expected
    assert said.is_empty is (
        text in ("why", "one second", "", "next week at 10", "two days", "in two years")
    )
