"""Tours by the words of a model, and when the office calls back."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from assistants.delivery.parcels.errors import ParcelError
from assistants.delivery.parcels.slots import Slot, callback_time, read_slot

ZONE = ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=ZONE)
PLANNED = Slot(date(2026, 12, 1), "evening")


@pytest.mark.parametrize(
    ("wish", "tour"),
    [
        ("", "2026-12-01 evening"),
        ("morning", "2026-12-01 morning"),
        ("tomorrow", "2026-12-01 evening"),
        ("TOMORROW_MORNING", "2026-12-01 morning"),
        ("today evening", "2026-11-30 evening"),
        ("tonight", "2026-11-30 evening"),
        ("day after tomorrow afternoon", "2026-12-02 afternoon"),
        ("friday morning", "2026-12-04 morning"),
        ("2026-12-03 afternoon", "2026-12-03 afternoon"),
        ("2026-12-03 17:00", "2026-12-03 evening"),
        ("tomorrow at 9 am", "2026-12-01 morning"),
        ("tomorrow 12:30 p.m.", "2026-12-01 morning"),
        ("thursday, 5 p.m. to 8 p.m.", "2026-12-03 evening"),
    ],
)
def test_a_wish_names_a_tour(wish: str, tour: str) -> None:
    """What it leaves out is as planned."""
    assert str(read_slot(wish, PLANNED, MONDAY)) == tour


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ("as soon as you can", "names no time"),
        ("wednesday", "Ask the customer which of them suits"),
        ("wednesday at 10 p.m.", "Ask the customer which of them suits"),
        ("today morning", "is over. Possible are Monday 30 November in the afternoon"),
        ("2026-11-29 evening", "is over"),
        ("sunday morning", "on Sundays"),
        ("2026-12-08 morning", "until Sunday 6 December only"),
        ("2026-02-30", "names no time"),
    ],
)
def test_a_tour_that_nobody_drives_is_refused_with_what_is_possible(
    wish: str, problem: str
) -> None:
    with pytest.raises(ParcelError, match=problem):
        read_slot(wish, PLANNED, MONDAY)


def test_a_tour_is_over_as_soon_as_it_begins() -> None:
    """The van has left."""
    noon = MONDAY.replace(hour=12, minute=59)
    assert str(read_slot("today afternoon", PLANNED, noon)) == "2026-11-30 afternoon"
    with pytest.raises(
        ParcelError, match=r"in the evening, 5 p\.m\. to 8 p\.m\., or Tuesday 1 December"
    ):
        read_slot("today afternoon", PLANNED, noon.replace(hour=13, minute=0))


def test_after_the_last_tour_of_a_saturday_the_next_is_on_monday() -> None:
    saturday = datetime(2026, 12, 5, 18, 0, tzinfo=ZONE)
    with pytest.raises(ParcelError, match="Possible are Monday 7 December in the morning"):
        read_slot("today evening", PLANNED, saturday)


@pytest.mark.parametrize(
    ("day", "hour", "back"),
    [
        (30, 10, "within an hour"),
        (30, 8, "on Monday after 9 a.m."),
        (30, 19, "on Tuesday after 9 a.m."),
        (28, 21, "on Monday after 9 a.m."),
        (29, 12, "on Monday after 9 a.m."),
        (29, 7, "on Monday after 9 a.m."),
    ],
)
def test_the_office_calls_back_while_it_is_open(day: int, hour: int, back: str) -> None:
    """The 29th is a Sunday."""
    assert callback_time(datetime(2026, 11, day, hour, 0, tzinfo=ZONE)) == back
