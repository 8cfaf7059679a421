"""What the records keep, and what they do when the database fails."""

from __future__ import annotations

import asyncio
import stat
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from assistants.delivery.parcels.errors import RecordsUnavailable
from assistants.delivery.parcels.order import Order
from assistants.delivery.parcels.outcome import CallOutcome
from assistants.delivery.parcels.records import Records, open_database
from assistants.delivery.parcels.slots import read_slot
from assistants.delivery.parcels.tables import PARCELS
from assistants.delivery.tests.conftest import ORDER, Written

KEPT = "14 Gandhi Road, Adyar, Chennai; 600020; 2026-12-01; evening"


@pytest.fixture
def order() -> Order:
    return Order.model_validate(ORDER)


@pytest.fixture
def records(database: str, moment: datetime) -> Records:
    return Records(database, "room-1", lambda: moment)


async def test_a_parcel_is_read_as_it_was_settled(records: Records, order: Order) -> None:
    """Without a sender, too."""
    assert await records.parcel(order.order_id) is None
    for kept in (order, order.model_copy(update={"sender": None})):
        await records.settle(kept, "confirmed", outcome="confirmed")
        assert await records.parcel(order.order_id) == kept


async def test_the_last_wish_counts(
    records: Records, order: Order, moment: datetime, written: Written
) -> None:
    """A row is replaced, so that the same request twice is one."""
    later = order.model_copy(update={"slot": read_slot("friday morning", order.slot, moment)})
    for kept, outcome in ((order, "confirmed"), (later, "rescheduled"), (later, "rescheduled")):
        await records.settle(kept, "confirmed", outcome=outcome, verified=True)
    assert written() == (
        ["14 Gandhi Road, Adyar, Chennai; 600020; 2026-12-04; morning; confirmed"],
        ["TC-48210; rescheduled; True"],
    )


async def test_two_calls_about_one_order_at_once_leave_one_row(
    database: str, order: Order, moment: datetime, written: Written
) -> None:
    """Each call has its own connection and thread."""
    calls = [Records(database, f"room-{number}", lambda: moment) for number in range(8)]
    settled = (each.settle(order, "confirmed", outcome="confirmed") for each in calls)
    await asyncio.gather(*settled)
    parcels, rows = written()
    assert parcels == [f"{KEPT}; confirmed"]
    assert len(rows) == 8


async def test_two_tools_at_once_lose_nothing_of_each_other(records: Records) -> None:
    """A model may call both in one answer."""
    await asyncio.gather(
        records.note("TC-48210", callback="refund"), records.note("TC-48210", outcome="call_back")
    )
    found = await records.outcome()
    assert found is not None
    assert (found.outcome, found.callback) == ("call_back", "refund")


async def test_an_outcome_has_what_was_settled(records: Records, order: Order) -> None:
    assert await records.outcome() is None
    await records.note(None, outcome="no_order")
    assert await records.outcome() == CallOutcome(order_id=None, outcome="no_order", verified=False)
    await records.settle(order, "refused", outcome="refused", verified=True, note="Too late")
    assert await records.outcome() == CallOutcome(
        order_id="TC-48210",
        outcome="refused",
        verified=True,
        address="14 Gandhi Road, Adyar, Chennai",
        pincode="600020",
        slot="2026-12-01 evening",
        note="Too late",
    )


async def test_a_row_that_is_no_order_is_none(
    records: Records, database: str, moment: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A dispatcher's mistake, which the log names without the value."""
    row = {name: ORDER[name] for name in ("order_id", "customer_name", "address")}
    row |= {"pincode": "12", "part": "evening", "state": "planned"}
    day = moment.date()
    with open_database(database).begin() as on:
        on.execute(insert(PARCELS).values(**row, day=day, updated=moment))
    assert await records.parcel("TC-48210") is None
    assert vars(caplog.records[-1])["fields"] == ["pincode"]
    with open_database(database).begin() as on:
        on.execute(update(PARCELS).values(pincode="600020"))
    assert await records.parcel("TC-48210") is not None


async def test_the_file_is_for_its_user_alone(
    records: Records, order: Order, tmp_path: Path
) -> None:
    """It has names and addresses."""
    await records.settle(order, "confirmed")
    [file] = (tmp_path / "records").glob("*.sqlite3")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["nosuch://x", "sqlite:////proc/no/such.sqlite3", "no url"])
async def test_a_database_that_fails_is_reported_without_what_was_said(
    url: str, order: Order, moment: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """The model hears what to say, the operator where to look."""
    records = Records(url, "room-1", lambda: moment)
    with pytest.raises(RecordsUnavailable, match="nothing is certain to be written"):
        await records.settle(order, "confirmed", note="my secret")
    assert "look at DATABASE_URL" in caplog.text
    assert "secret" not in caplog.text
    assert "Gandhi" not in caplog.text


async def test_records_in_memory_last_as_long_as_their_call(moment: datetime, order: Order) -> None:
    """As in a test or a trial without a file."""
    records = Records("sqlite://", "room-1", lambda: moment)
    await records.settle(order, "confirmed")
    assert await records.parcel(order.order_id) == order
