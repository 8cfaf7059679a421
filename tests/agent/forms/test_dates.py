"""Which day is meant, and what must be asked."""

from __future__ import annotations

from datetime import date

import pytest

from agent.forms.dates import DateEntry, DateForm, say_date
from agent.turns.expected import Progress

TODAY = date(2026, 11, 29)
"""A Sunday."""
ANY = DateForm(today=TODAY)
AHEAD = DateForm(today=TODAY, earliest=TODAY, latest=date(2027, 2, 28))
BIRTH = DateForm(today=TODAY, earliest=date(1906, 1, 1), latest=TODAY)


def days(form: DateForm, *turns: str) -> list[str]:
    """The days that can be meant after these turns."""
    entry = DateEntry(form)
    for text in turns:
        entry = entry.feed(text)
    return [str(day) for day in entry.judged.candidates]


@pytest.mark.parametrize(
    ("text", "any_day", "ahead"),
    [
        ("aaj", ["2026-11-29"], ["2026-11-29"]),
        ("tomorrow", ["2026-11-30"], ["2026-11-30"]),
        ("kal", ["2026-11-28", "2026-11-30"], ["2026-11-30"]),
        ("परसों", ["2026-11-27", "2026-12-01"], ["2026-12-01"]),
        ("நாளை மறுநாள்", ["2026-12-01"], ["2026-12-01"]),
        ("15 tareekh", ["2026-11-15", "2026-12-15"], ["2026-12-15"]),
        ("31 tareekh", ["2026-10-31", "2026-12-31"], ["2026-12-31"]),
        ("Monday", ["2026-11-30"], ["2026-11-30"]),
        ("रविवार", ["2026-11-29", "2026-12-06"], ["2026-11-29", "2026-12-06"]),
        ("next Monday", ["2026-11-30", "2026-12-07"], ["2026-11-30", "2026-12-07"]),
        ("Monday the 7th", ["2026-12-07"], ["2026-12-07"]),
        ("in two weeks", ["2026-12-13"], ["2026-12-13"]),
        ("next week", [], []),
        ("15th of next month", ["2026-12-15"], ["2026-12-15"]),
        ("in two months, the 5th", ["2027-01-05"], ["2027-01-05"]),
        ("in 1000000 months, the 5th", [], []),
        ("in 1000000000000000000000000 months, the 5th", [], []),
        ("1000000000000000000000000 tareekh", [], []),
        ("next month", [], []),
        ("tomorrow, the 30th", ["2026-11-30"], ["2026-11-30"]),
        ("tomorrow, the 15th", [], []),
        ("in three days, the 15th", [], []),
        ("15 December 10 am", ["2026-12-15"], ["2026-12-15"]),
        ("kal 10:30", ["2026-11-28", "2026-11-30"], ["2026-11-30"]),
        ("Monday in December", [], []),
        ("5 January", ["2027-01-05"], ["2027-01-05"]),
        ("5 October", ["2026-10-05"], []),
        ("29 February", ["2028-02-29"], []),
        ("30 February", [], []),
        ("12/25", [], []),
        ("December", [], []),
        ("in 100000 days", [], []),
        ("kal shaam ko aana hai", ["2026-11-28", "2026-11-30"], ["2026-11-30"]),
    ],
)
def test_a_day_is_what_remains_within_the_limits(
    text: str, any_day: list[str], ahead: list[str]
) -> None:
    """An appointment is not yesterday, so कल needs no question; without limits it does."""
    assert days(ANY, text) == any_day
    assert days(AHEAD, text) == ahead


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("15", "December"), ["2026-12-15"]),
        (("December", "15"), ["2026-12-15"]),
        (("the", "15", "of", "December", "2027"), ["2027-12-15"]),
        (("kal", "30 November"), ["2026-11-30"]),
        (("next Monday", "7 December"), ["2026-12-07"]),
        (("15 December", "no, 16 December"), ["2026-12-16"]),
        (("15 December", "16 December"), ["2026-12-16"]),
        (("tomorrow", "15 December"), ["2026-12-15"]),
        (("Monday", "December", "7"), ["2026-12-07"]),
        (("next month", "the 15th"), ["2026-12-15"]),
        (("in two weeks", "15 January"), ["2027-01-15"]),
        (("15 December", "what else"), ["2026-12-15"]),
    ],
)
def test_turns_add_up_or_replace(turns: tuple[str, ...], expected: list[str]) -> None:
    """A part completes what was said, another date replaces it, other words change nothing."""
    assert days(ANY, *turns) == expected


def test_a_whole_date_replaces_what_it_cannot_complete() -> None:
    """No Monday ahead is a 15 December; a month alone replaces nothing."""
    assert days(AHEAD, "Monday", "15 December") == ["2026-12-15"]
    assert DateEntry(AHEAD).feed("31").feed("February").judged.problem == "no_such_date"


@pytest.mark.parametrize("text", ["15/12/2026", "15 दिसंबर 2026", "15 December 2026"])
def test_word_by_word_it_is_the_same(text: str) -> None:
    """In as many turns as it has words."""
    assert days(ANY, *text.split()) == days(ANY, text) == ["2026-12-15"]


def test_a_date_of_birth_needs_its_year() -> None:
    """With two digits it is the one that is not in the future."""
    assert days(BIRTH, "15 August") == []
    assert DateEntry(BIRTH).feed("15 August").judged.progress is Progress.PARTIAL
    assert days(BIRTH, "15 August", "1985") == ["1985-08-15"]
    assert days(BIRTH, "15/08/85") == ["1985-08-15"]
    assert days(BIRTH, "5/3/30") == ["1930-03-05"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", Progress.COMPLETE),
        ("15 December 2026", Progress.COMPLETE),
        ("15 December", Progress.COMPLETE),
        ("15", Progress.POSSIBLE),
        ("Monday", Progress.COMPLETE),
        ("December", Progress.PARTIAL),
        ("is the doctor there", Progress.UNRELATED),
        ("", Progress.UNRELATED),
    ],
)
def test_a_turn_knows_whether_more_may_come(text: str, expected: Progress) -> None:
    """After "15" a month may."""
    assert DateEntry(ANY).progress_with(text) is expected


@pytest.mark.parametrize(
    ("text", "problem"), [("30 February", "no_such_date"), ("5 October", "out_of_range")]
)
def test_a_day_that_cannot_be_has_a_reason(text: str, problem: str) -> None:
    """The caller is asked again, and hears why."""
    assert DateEntry(AHEAD).feed(text).judged.problem == problem


def test_a_date_is_read_back_with_its_weekday() -> None:
    """In the language of the call; the year only if it is another one."""
    assert say_date(date(2026, 12, 15), "en-IN", TODAY) == "Tuesday, 15 December"
    assert say_date(date(2027, 1, 5), "hi-IN", TODAY) == "मंगलवार, 5 जनवरी 2027"
    assert say_date(date(2026, 12, 5), "ta-IN", TODAY) == "சனிக்கிழமை, 5 டிசம்பர்"
