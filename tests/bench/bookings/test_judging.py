"""The bench sees each wrong that a book of appointments can do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.bookings.caller import Answer, answers
from bench.bookings.judging import Row, wrong
from bench.bookings.requests import Request, requests

ASKED = requests(2)
WON, OTHER, LOST, LATE = ASKED
"""Two slots, each wanted by the first and by the last two."""


def row(reference: str, request: Request) -> Row:
    return Row(reference, request.doctor, request.start, request.phone)


def heard(*references: str | None) -> list[Answer]:
    return [Answer(number, reference, 0.01, 1) for number, reference in enumerate(references)]


RIGHT = heard("100", "101", None, None)
ROWS = [row("100", WON), row("101", OTHER)]


def test_a_book_that_says_what_callers_heard_is_right() -> None:
    assert wrong(ASKED, RIGHT, ROWS) == []


@pytest.mark.parametrize(
    ("answered", "rows", "says"),
    [
        (RIGHT, [*ROWS, row("102", LOST)], "rao at 2026-11-30 09:30 given 2 times"),
        (RIGHT, [*ROWS, row("102", LOST)], 'request 2 heard "taken" and is booked'),
        (RIGHT, ROWS[:1], "booking 101 of request 1 is lost"),
        (RIGHT, ROWS[:1], "rao at 2026-11-30 09:45 given to nobody"),
        (RIGHT, [ROWS[0], row("101", LATE)], "booking 101 of request 1 is another's"),
        (RIGHT, [*ROWS, replace(ROWS[0], reference="103", doctor="iyer")], "booked 2 times"),
        (RIGHT[:3], ROWS, "request 3 has 0 answers"),
        ([*RIGHT, Answer(0, "104", 0.01, 1)], ROWS, "request 0 has 2 answers"),
    ],
)
def test_each_wrong_is_named(answered: list[Answer], rows: list[Row], says: str) -> None:
    assert [problem for problem in wrong(ASKED, answered, rows) if says in problem]


def test_a_line_that_a_kill_cut_off_was_not_confirmed(tmp_path: Path) -> None:
    log = tmp_path / "0.log"
    assert list(answers(log)) == []
    whole = '{"number": 1, "reference": "100", "seconds": 0.01, "tries": 1}\n'
    for cut in range(1, len(whole)):
        log.write_text(whole + whole[:cut])
        assert list(answers(log)) == [Answer(1, "100", 0.01, 1)]
