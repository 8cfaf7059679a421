"""A desk in November 2026, with an empty book."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assistants.clinic.desk import INDIA, Desk
from assistants.clinic.desk.database import Database
from assistants.clinic.desk.records import Records

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=INDIA)
"""A Monday, before the clinic opens."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'clinic.sqlite3'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database.engine)


@pytest.fixture
async def desk(url: str) -> AsyncIterator[Desk]:
    opened = Desk(url, lambda: NOW)
    yield opened
    await opened.aclose()
