"""The book of appointments: what is written, and read back. Synchronous, for one thread at a time.

A transaction that writes begins with a write. SQLite then waits for other writers; one that reads
first would fail at once when it turns to writing. Uniqueness is the database's: to look first only
saves a wait for the lock.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from .appointment import Appointment
from .clinic import INDIA
from .errors import DeskUnavailable
from .tables import appointments, requests

MOST_FOUND = 10
"""Appointments that one search returns."""

_TRIES = 5
"""Draws of a reference. With 100,000 appointments one draw in nine is taken."""


class Taken(Exception):
    """Somebody else has the slot."""


class Gone(Exception):
    """The appointment is unknown, cancelled or over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking that was asked for."""

    key: str
    """Names the request, whatever it is: with the same key the same booking is made once."""
    doctor: str
    start: datetime
    name: str
    phone: str


def draw_reference() -> str:
    """Six digits at random: an invented reference names nobody's appointment, nearly always."""
    return f"{secrets.randbelow(900_000) + 100_000}"


class Records:
    """Reads and writes appointments.

    All methods raise SQLAlchemy's errors when the database does not work.
    """

    def __init__(self, engine: Engine, draw: Callable[[], str] = draw_reference) -> None:
        self._engine = engine
        self._draw = draw

    def book(self, wanted: Wanted, now: datetime) -> Appointment:
        """Book a slot, once for each request. A person who has the slot already keeps it.

        Raises:
            Taken: Somebody else has it.
        """
        digest = _digest("book", wanted.key, wanted.doctor, wanted.start, wanted.name, wanted.phone)
        for _ in range(_TRIES):
            if done := self._done(digest):
                return done
            if holder := self._holder(wanted.doctor, wanted.start):
                if _is_for(holder, wanted):
                    return holder
                raise Taken
            reference = self._draw()
            # Somebody may come first, or have this reference: look again.
            with suppress(IntegrityError):
                self._insert(reference, digest, wanted, now)
                return self._confirmed(reference)
        raise DeskUnavailable(f"no free reference in {_TRIES} draws; archive old appointments")

    def move(
        self, key: str, reference: str, doctor: str, start: datetime, now: datetime
    ) -> Appointment:
        """Give an appointment another slot, and its old slot back, in one transaction.

        Raises:
            Taken: Somebody else has that slot. The appointment is where it was.
            Gone: There is nothing to move.
        """
        digest = _digest("move", key, reference, doctor, start)
        try:
            with self._engine.begin() as connection:
                self._note_request(connection, digest, reference, now)
                changed = connection.execute(
                    update(appointments)
                    .where(_ahead(now), appointments.c.reference == reference)
                    .values(doctor=doctor, start=_stored(start), changed=_stored(now))
                )
                if changed.rowcount != 1:
                    raise Gone
        except IntegrityError:
            if done := self._done(digest):
                return done
            raise Taken from None
        return self._confirmed(reference)

    def cancel(self, reference: str, now: datetime) -> Appointment:
        """Cancel an appointment, which frees its slot. Cancelling it again changes nothing.

        Raises:
            Gone: It is unknown, or over.
        """
        with self._engine.begin() as connection:
            connection.execute(
                update(appointments)
                .where(_ahead(now), appointments.c.reference == reference)
                .values(active=None, changed=_stored(now))
            )
        found = self.get(reference)
        if found is None or not found.cancelled:
            raise Gone
        return found

    def get(self, reference: str) -> Appointment | None:
        """The appointment with this reference, cancelled or not."""
        return self._first(appointments.c.reference == reference)

    def find(self, now: datetime, *, phone: str = "", name: str = "") -> list[Appointment]:
        """Appointments to come with this phone and all words of this name, earliest first; at most
        `MOST_FOUND`."""
        conditions = [_ahead(now)]
        if phone:
            conditions.append(appointments.c.phone == phone)
        conditions += [
            appointments.c.name.icontains(word, autoescape=True) for word in name.split()
        ]
        statement = select(appointments).where(*conditions)
        statement = statement.order_by(appointments.c.start, appointments.c.doctor)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.limit(MOST_FOUND)).all()
        return [_appointment(row) for row in rows]

    def taken(self, doctor: str, begin: datetime, end: datetime) -> list[datetime]:
        """The starts of a doctor's appointments from `begin` to before `end`."""
        start = appointments.c.start
        statement = select(start).where(
            appointments.c.doctor == doctor,
            appointments.c.active,
            start >= _stored(begin),
            start < _stored(end),
        )
        with self._engine.connect() as connection:
            return [_read(start) for start in connection.execute(statement).scalars()]

    def _insert(self, reference: str, digest: str, wanted: Wanted, now: datetime) -> None:
        with self._engine.begin() as connection:
            self._note_request(connection, digest, reference, now)
            connection.execute(
                insert(appointments).values(
                    reference=reference,
                    doctor=wanted.doctor,
                    start=_stored(wanted.start),
                    name=wanted.name,
                    phone=wanted.phone,
                    active=True,
                    made=_stored(now),
                    changed=_stored(now),
                )
            )

    def _note_request(
        self, connection: Connection, digest: str, reference: str, now: datetime
    ) -> None:
        connection.execute(
            insert(requests).values(digest=digest, reference=reference, made=_stored(now))
        )

    def _done(self, digest: str) -> Appointment | None:
        """What a request was answered with, as it is now."""
        answered = select(requests.c.reference).where(requests.c.digest == digest)
        return self._first(appointments.c.reference == answered.scalar_subquery())

    def _holder(self, doctor: str, start: datetime) -> Appointment | None:
        return self._first(
            and_(
                appointments.c.doctor == doctor,
                appointments.c.start == _stored(start),
                appointments.c.active,
            )
        )

    def _confirmed(self, reference: str) -> Appointment:
        found = self.get(reference)
        if found is None:
            raise DeskUnavailable("another program removes appointments from the tables")
        return found

    def _first(self, condition: ColumnElement[bool]) -> Appointment | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(appointments).where(condition)).first()
        return None if row is None else _appointment(row)


def _digest(*parts: object) -> str:
    text = json.dumps([str(part) for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()


def _is_for(appointment: Appointment, wanted: Wanted) -> bool:
    same_name = appointment.name.casefold() == wanted.name.casefold()
    return same_name and appointment.phone == wanted.phone


def _ahead(now: datetime) -> ColumnElement[bool]:
    return and_(appointments.c.active, appointments.c.start > _stored(now))


def _stored(at: datetime) -> datetime:
    """As the tables keep it. Seconds count, what is below them does not."""
    return at.astimezone(INDIA).replace(tzinfo=None, microsecond=0)


def _read(stored: datetime) -> datetime:
    return stored.replace(tzinfo=INDIA)


def _appointment(row: Row[tuple[object, ...]]) -> Appointment:
    return Appointment(
        reference=row.reference,
        doctor=row.doctor,
        start=_read(row.start),
        name=row.name,
        phone=row.phone,
        cancelled=not row.active,
    )
