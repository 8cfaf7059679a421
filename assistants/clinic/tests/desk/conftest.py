"""A desk with an empty book, in November 2026."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import pytest

from assistants.clinic.desk import Desk
from assistants.clinic.desk.database import Database
from assistants.clinic.desk.records import Records


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database.engine)


@pytest.fixture
async def desk(url: str, now: datetime) -> AsyncIterator[Desk]:
    opened = Desk(url, lambda: now)
    yield opened
    await opened.aclose()
