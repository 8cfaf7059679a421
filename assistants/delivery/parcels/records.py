"""The courier's records in any database of SQLAlchemy. A write is a whole row, by its key: written
twice it is the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, Table, create_engine, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.schema import CreateTable

from .errors import RecordsUnavailable
from .order import Order
from .outcome import CallOutcome, Outcome
from .slots import Slot
from .tables import CALLS, METADATA, PARCELS

_log: Final = logging.getLogger(__name__)

State = Literal["confirmed", "refused", "planned"]
Result = TypeVar("Result")

WAIT: Final = 4.0
"""Seconds that SQLite waits for another writer; a write takes milliseconds."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """What is recorded of a call so far."""

    outcome: Outcome = "unfinished"
    verified: bool = False
    note: str = ""
    callback: str | None = None
    """What a person of the office is to call back about."""


class Records:
    """The records, as one call uses them. A call has few operations: each opens a connection and
    closes it again, in a thread, so the call's loop waits for none.

    Args:
        url: The database; SQLite's file is made if it is not there.
        call: The call's id, the key of its row.
        now: The time, with its zone.
    """

    def __init__(self, url: str, call: str, now: Callable[[], datetime]) -> None:
        self._place = url
        self._call = call
        self._now = now
        self.row = CallRow()
        """What is recorded of the call."""
        self._engine: Engine | None = None
        # One operation after the other: they share the engine and the row. A model may call two
        # tools at once.
        self._lock = asyncio.Lock()

    async def parcel(self, order_id: str) -> Order | None:
        """The order; None if there is none, or if its row is no order.

        Raises:
            RecordsUnavailable: The database failed.
        """
        found = select(PARCELS).where(PARCELS.c.order_id == order_id)
        row = await self._run(lambda on: on.execute(found).mappings().first())
        if row is None:
            return None
        try:
            return Order.model_validate({**row, "slot": f"{row['day']} {row['part']}"})
        except ValidationError as error:
            fields = sorted({str(each["loc"][0]) for each in error.errors(include_input=False)})
            _log.warning("a parcel's row is no order", extra={"fields": fields})
            return None

    async def settle(self, order: Order, state: State, **changes: Any) -> None:
        """Write the order as it is settled now, and changes of the call's row, in one transaction.

        Raises:
            RecordsUnavailable: The database failed, and neither is written.
        """
        values = order.model_dump(exclude={"order_id", "slot"})
        values |= {"day": order.slot.day, "part": order.slot.part, "state": state}

        def write(on: Connection) -> CallRow:
            self._put(on, PARCELS, order.order_id, values)
            return self._put_call(on, order.order_id, changes)

        await self._run(write)

    async def note(self, order_id: str | None, **changes: Any) -> None:
        """Write changes of the call's row alone.

        Raises:
            RecordsUnavailable: The database failed.
        """
        await self._run(lambda on: self._put_call(on, order_id, changes))

    async def outcome(self) -> CallOutcome | None:
        """The call's outcome; None if nothing was recorded of the call.

        Raises:
            RecordsUnavailable: The database failed.
        """
        joined = CALLS.outerjoin(PARCELS, CALLS.c.order_id == PARCELS.c.order_id)
        columns = (PARCELS.c.address, PARCELS.c.pincode, PARCELS.c.day, PARCELS.c.part)
        found = select(CALLS, *columns).select_from(joined).where(CALLS.c.call == self._call)
        row = await self._run(lambda on: on.execute(found).mappings().first())
        if row is None:
            return None
        slot = None if row["day"] is None else str(Slot(row["day"], row["part"]))
        return CallOutcome.model_validate({**row, "slot": slot})

    def _put_call(self, on: Connection, order_id: str | None, changes: dict[str, Any]) -> CallRow:
        call = replace(self.row, **changes)
        self._put(on, CALLS, self._call, {"order_id": order_id, **asdict(call)})
        return call

    def _put(self, on: Connection, table: Table, key: str, values: dict[str, Any]) -> None:
        """Replace a row, or add it. Two calls about one order may do so at once."""
        (column,) = table.primary_key.columns
        values = values | {"updated": self._now()}
        changed = update(table).where(column == key).values(values)
        if on.execute(changed).rowcount:
            return
        try:
            with on.begin_nested():
                on.execute(insert(table).values({column.name: key, **values}))
        except IntegrityError:
            on.execute(changed)

    async def _run(self, work: Callable[[Connection], Result]) -> Result:
        async with self._lock:
            try:
                done = await asyncio.to_thread(self._work, work)
            except (OSError, ImportError, SQLAlchemyError) as error:
                # The text of a driver's error may have what customers said.
                cause = getattr(error, "orig", None) or error
                _log.error(
                    "the courier's records failed: look at DATABASE_URL and its database",
                    extra={"error": type(cause).__name__, "lk.pii.error": str(cause)},
                )
                raise RecordsUnavailable from None
            if isinstance(done, CallRow):
                # Only now it is certain to be written.
                self.row = done
            return done

    def _work(self, work: Callable[[Connection], Result]) -> Result:
        engine = self._engine or open_database(self._place)
        self._engine = engine
        with engine.begin() as on:
            return work(on)


def open_database(url: str) -> Engine:
    """The database, with the tables in it.

    Raises:
        SQLAlchemyError, OSError, ImportError: It cannot be opened.
    """
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        engine = create_engine(place, poolclass=NullPool, hide_parameters=True)
    elif place.database in (None, "", ":memory:"):
        only = {"check_same_thread": False}
        engine = create_engine(place, poolclass=StaticPool, connect_args=only)
    else:
        assert place.database is not None
        file = Path(place.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Names and addresses: for the worker's user alone.
        file.touch(mode=0o600, exist_ok=True)
        patient = {"timeout": WAIT}
        engine = create_engine(
            place, poolclass=NullPool, hide_parameters=True, connect_args=patient
        )
    with engine.begin() as on:
        for each in METADATA.sorted_tables:
            on.execute(CreateTable(each, if_not_exists=True))
    return engine
