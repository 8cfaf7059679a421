"""A parcel for Priya Sharma that comes tomorrow evening; today is the last Monday of November."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from assistants.delivery.parcels.records import open_database
from assistants.delivery.parcels.tables import CALLS, PARCELS

ORDER = {
    "order_id": "TC-48210",
    "customer_name": "Priya Sharma",
    "sender": "Nila Books",
    "address": "14 Gandhi Road, Adyar, Chennai",
    "pincode": "600020",
    "slot": "2026-12-01 evening",
}
"""The variables of the dispatch."""

Written = Callable[[], tuple[list[str], list[str]]]


@pytest.fixture
def variables() -> Mapping[str, str]:
    """A copy, for tests that change it."""
    return dict(ORDER)


@pytest.fixture
def moment() -> datetime:
    """Ten in the morning, as all tours but the first are still to come."""
    return datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of records that are not there yet."""
    return f"sqlite:///{tmp_path / 'records' / 'delivery.sqlite3'}"


@pytest.fixture
def written(database: str) -> Written:
    """Reads the parcels and the calls, a line for each row."""

    def read() -> tuple[list[str], list[str]]:
        engine = open_database(database)
        parcel = select(
            PARCELS.c.address, PARCELS.c.pincode, PARCELS.c.day, PARCELS.c.part, PARCELS.c.state
        )
        call = select(CALLS.c.order_id, CALLS.c.outcome, CALLS.c.verified)
        with engine.connect() as on:
            return (
                ["; ".join(map(str, row)) for row in on.execute(parcel)],
                ["; ".join(map(str, row)) for row in on.execute(call)],
            )

    return read
