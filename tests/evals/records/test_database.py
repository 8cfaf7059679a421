"""An assistant's database, read and seeded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from evals.callers.schema import Row
from evals.records.database import Database, DatabaseError
from tests.evals.fake_desk import make_tables


def database(folder: Path) -> Database:
    """One with the small desk's table."""
    made = Database(f"sqlite:///{folder / 'records.sqlite3'}")
    make_tables(made.url)
    return made


def test_rows_are_put_and_read(tmp_path: Path) -> None:
    """With the columns of the key."""
    one = database(tmp_path)
    one.put(
        [
            Row(
                table="bookings",
                row={"name": "Anita", "start": datetime.fromisoformat("2026-12-02T10:00")},
            )
        ]
    )
    rows, keys = one.read()
    assert rows["bookings"] == (
        {"id": 1, "name": "Anita", "start": datetime.fromisoformat("2026-12-02T10:00")},
    )
    assert keys == {"bookings": ("id",)}


def test_only_the_judged_tables_are_read(tmp_path: Path) -> None:
    """An empty database has none."""
    database(tmp_path)
    assert Database(f"sqlite:///{tmp_path / 'records.sqlite3'}", ["other"]).read() == ({}, {})


def test_rows_are_cleared(tmp_path: Path) -> None:
    """For the next call in the same database."""
    one = database(tmp_path)
    one.put([Row(table="bookings", row={"name": "Anita"})])
    one.clear()
    assert one.read()[0] == {"bookings": ()}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Row(table="tables", row={"name": "x"}), "no table 'tables'; there are: bookings"),
        (Row(table="bookings", row={"id": "x"}), "a row of 'bookings'"),
        (Row(table="bookings", row={"colour": "x"}), "colour"),
    ],
)
def test_a_row_that_does_not_fit_is_reported(tmp_path: Path, row: Row, problem: str) -> None:
    """With the database's own words."""
    with pytest.raises(DatabaseError, match=problem):
        database(tmp_path).put([row])
