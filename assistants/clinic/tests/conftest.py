"""The clinic with an empty book, on the last Monday of November 2026 before it opens."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from assistants.clinic.desk import INDIA


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 30, 8, 0, tzinfo=INDIA)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the book will be."""
    return tmp_path / "clinic.sqlite3"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def book(file: Path) -> Callable[[], list[str]]:
    """What is in the book, read beside the desk: a line for each appointment, in their order."""

    def read() -> list[str]:
        with sqlite3.connect(file) as connection:
            found = connection.execute(
                "SELECT doctor, substr(start, 1, 16), name, phone, active"
                " FROM clinic_appointments ORDER BY made, start"
            ).fetchall()
        connection.close()
        return [" | ".join([*row[:4], "booked" if row[4] else "cancelled"]) for row in found]

    return read
