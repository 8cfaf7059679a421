"""Times of day."""

from __future__ import annotations

from datetime import time

import pytest

from agent.forms.times import TimeEntry, TimeForm
from agent.turns.expected import Progress

ANY = TimeForm()
OPEN = TimeForm(earliest=time(9), latest=time(20))


def times(form: TimeForm, *turns: str) -> list[str]:
    """The times that can be meant after these turns."""
    entry = TimeEntry(form)
    for text in turns:
        entry = entry.feed(text)
    return [found.strftime("%H:%M") for found in entry.judged.candidates]


@pytest.mark.parametrize(
    ("text", "any_time", "while_open"),
    [
        ("10:30", ["10:30", "22:30"], ["10:30"]),
        ("10.30 am", ["10:30"], ["10:30"]),
        ("1030", ["10:30", "22:30"], ["10:30"]),
        ("14:30", ["14:30"], ["14:30"]),
        ("ten thirty", ["10:30", "22:30"], ["10:30"]),
        ("half past ten", ["10:30", "22:30"], ["10:30"]),
        ("quarter past ten", ["10:15", "22:15"], ["10:15"]),
        ("quarter to five", ["04:45", "16:45"], ["16:45"]),
        ("ten to five", ["04:50", "16:50"], ["16:50"]),
        ("5 p.m.", ["17:00"], ["17:00"]),
        ("five in the evening", ["17:00"], ["17:00"]),
        ("saadhe das baje", ["10:30", "22:30"], ["10:30"]),
        ("सवा दस", ["10:15", "22:15"], ["10:15"]),
        ("पौने दस बजे", ["09:45", "21:45"], ["09:45"]),
        ("डेढ़ बजे", ["01:30", "13:30"], ["13:30"]),
        ("शाम पाँच बजे", ["17:00"], ["17:00"]),
        ("do baje", ["02:00", "14:00"], ["14:00"]),
        ("காலை பத்தரை மணி", ["10:30"], ["10:30"]),
        ("மாலை ஐந்து மணிக்கு", ["17:00"], ["17:00"]),
        ("रात 12 बजे", ["00:00"], []),
        ("रात को एक बजे", ["01:00"], []),
        ("noon", ["12:00"], ["12:00"]),
        ("25", [], []),
        ("10:75", [], []),
        ("subah", [], []),
        ("I am late", [], []),
        ("", [], []),
    ],
)
def test_a_time_is_what_remains_within_the_limits(
    text: str, any_time: list[str], while_open: list[str]
) -> None:
    """For a desk that opens at nine, five is in the afternoon; without limits both remain."""
    assert times(ANY, text) == any_time
    assert times(OPEN, text) == while_open


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("5", "shaam"), ["17:00"]),
        (("shaam", "5"), ["17:00"]),
        (("saadhe", "das", "baje", "subah"), ["10:30"]),
        (("10 am", "11 am"), ["11:00"]),
        (("10 am", "is that fine"), ["10:00"]),
        (("10 am", "no, 11 am"), ["11:00"]),
    ],
)
def test_turns_add_up_or_replace(turns: tuple[str, ...], expected: list[str]) -> None:
    """A part of the day completes an hour, another time replaces it."""
    assert times(ANY, *turns) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 pm", Progress.COMPLETE),
        ("10:30", Progress.COMPLETE),
        ("5", Progress.POSSIBLE),
        ("shaam", Progress.PARTIAL),
        ("saadhe", Progress.PARTIAL),
        ("is it far", Progress.UNRELATED),
        ("", Progress.UNRELATED),
    ],
)
def test_a_turn_knows_whether_more_may_come(text: str, expected: Progress) -> None:
    """After "5" a part of the day may."""
    assert TimeEntry(ANY).progress_with(text) is expected


@pytest.mark.parametrize(("text", "problem"), [("25", "no_such_time"), ("8 am", "out_of_range")])
def test_a_time_that_cannot_be_has_a_reason(text: str, problem: str) -> None:
    """The caller is asked again, and hears why."""
    assert TimeEntry(OPEN).feed(text).judged.problem == problem
