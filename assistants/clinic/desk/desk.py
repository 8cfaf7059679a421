"""The desk as the assistant's tools use it: arguments as the model wrote them in, records out.

The database is used in one thread of the desk's own: the call's loop never waits for it, and a
database that hangs holds up no other thread of the process. SQLAlchemy's asyncio needs another
driver for each database, and for SQLite it is a thread as well (1.3 ms a booking, as here, and 8 MB
more: measured).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, NoReturn, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from . import arguments, schedule
from .appointment import Appointment
from .clinic import INDIA, Clinic, Doctor, Span, load_clinic
from .database import Database, unavailable
from .errors import BadArgument, DeskUnavailable, NoSuchAppointment, NotOffered, SlotTaken
from .records import Gone, Records, Taken, Wanted

logger = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT: Final = 5.0
"""Seconds that an operation may take: longer than SQLite's wait for a lock (`database.BUSY`)."""


@dataclass(frozen=True, slots=True)
class FreeSlots:
    """What a doctor has free on a day. As text, for the model."""

    doctor: Doctor
    hours: schedule.Hours
    sessions: tuple[Span, ...]
    """When the doctor sees patients on that day; empty if not at all."""
    starts: tuple[datetime, ...]
    """Earliest first."""
    alternatives: tuple[datetime, ...]
    """If nothing is free: the nearest free starts, earliest first; may be empty."""

    def __str__(self) -> str:
        of_doctor = f"{self.doctor.name} on {self.hours.day:%A} {self.hours.day.isoformat()}"
        if self.starts:
            times = ", ".join(f"{start:%H:%M}" for start in self.starts)
            return f"Free with {of_doctor}: {times}."
        seen = " and ".join(str(span) for span in self.sessions)
        because = f"sees patients from {seen}" if seen else "sees nobody on that day"
        return (
            f"Nothing is free with {of_doctor} at that time: {self.doctor.name} {because}. "
            f"{self.hours}. {_nearest(self.alternatives)}"
        )


class Desk:
    """The clinic's desk for one call. Nothing is opened before the first operation that needs it.

    Every operation may raise `DeskUnavailable`, after `LIMIT` at the latest, and `BadArgument`. A
    cancelled operation may still be written: the same request again finds out.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime],
        *,
        clinic: Clinic | None = None,
        limit: float = LIMIT,
    ) -> None:
        """
        Args:
            url: Any SQLAlchemy URL with a synchronous driver, such as `sqlite:////data/clinic.sqlite3`.
            clock: The time now, with a zone.
            clinic: The facts to follow; those of `clinic.toml` by default.
        """
        self.clinic = clinic or load_clinic()
        self._url = url
        self._clock = clock
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._database: Database | None = None
        if year := schedule.year_without_holidays(self.clinic, self._now().date()):
            logger.warning("holidays.toml has no dates of %d: add them", year)

    def hours(self, day: str) -> schedule.Hours:
        """The opening hours of a day (YYYY-MM-DD). As text, for the model."""
        return schedule.hours(self.clinic, arguments.day(day))

    def holidays(self) -> str:
        """The holidays and closed days that can be asked for by now. For the model."""
        days = "; ".join(map(str, schedule.other_days(self.clinic, self._now().date())))
        last = schedule.last_day(self.clinic, self._now())
        return f"Holidays until {last:%A} {last.isoformat()}: {days or 'none'}."

    async def free_slots(
        self, doctor: str, day: str, *, after: str = "00:00", before: str = "23:59"
    ) -> FreeSlots:
        """The free starts of a day (YYYY-MM-DD), from `after` to before `before` (HH:MM)."""
        who, on = arguments.doctor(doctor, self.clinic), arguments.day(day)
        begin, end = arguments.clock_time(after), arguments.clock_time(before)
        now = self._now()
        wanted = datetime.combine(on, begin, INDIA)
        taken = await self._taken(who, wanted, now)
        starts = schedule.free(self.clinic, who, on, taken, now, after=begin, before=end)
        nearest = () if starts else schedule.nearest(self.clinic, who, wanted, taken, now)
        opening = schedule.hours(self.clinic, on)
        at_work = schedule.sessions(self.clinic, who, on)
        return FreeSlots(who, opening, at_work, starts, nearest)

    async def book(
        self, doctor: str, start: str, name: str, phone: str, *, key: str
    ) -> Appointment:
        """Book a slot, and return the record.

        Args:
            start: YYYY-MM-DDTHH:MM, in India's time.
            key: Names the request, such as the call's id with the turn's. The same arguments with
                the same key book once; so does the same person for the same slot.

        Raises:
            NotOffered: Nobody can have that time.
            SlotTaken: Somebody else has it.
        """
        who, at = arguments.doctor(doctor, self.clinic), arguments.start(start)
        wanted = Wanted(key, who.id, at, arguments.name(name), arguments.phone(phone))
        now = self._now()
        await self._check(who, at, now)
        try:
            return await self._run(lambda records: records.book(wanted, now))
        except Taken:
            await self._refuse(who, at, now, phone=wanted.phone)

    async def move(self, reference: str, start: str, *, key: str, doctor: str = "") -> Appointment:
        """Give an appointment another start (as in `book`), with the same doctor unless another is
        named. The old slot is free from then on.

        Raises:
            NoSuchAppointment: It is unknown, cancelled or over.
            NotOffered, SlotTaken: As in `book`. The appointment is where it was.
        """
        named, at = arguments.reference(reference), arguments.start(start)
        now = self._now()
        if doctor:
            who = arguments.doctor(doctor, self.clinic)
        else:
            found = await self._run(lambda records: records.get(named))
            if found is None:
                raise _no_such(named)
            who = arguments.doctor(found.doctor, self.clinic)
        await self._check(who, at, now)
        try:
            return await self._run(lambda records: records.move(key, named, who.id, at, now))
        except Gone:
            raise _no_such(named) from None
        except Taken:
            await self._refuse(who, at, now)

    async def cancel(self, reference: str) -> Appointment:
        """Cancel an appointment. To cancel it again changes nothing, so it needs no key.

        Raises:
            NoSuchAppointment: It is unknown or over.
        """
        named, now = arguments.reference(reference), self._now()
        try:
            return await self._run(lambda records: records.cancel(named, now))
        except Gone:
            raise _no_such(named) from None

    async def find(self, *, phone: str = "", name: str = "") -> list[Appointment]:
        """Appointments to come by phone, by name (any of its words, in any case), or by both;
        earliest first, at most `records.MOST_FOUND`."""
        if not phone and not name:
            raise BadArgument("Find appointments by phone, by name, or by both.")
        whose = arguments.phone(phone) if phone else ""
        called = arguments.name(name) if name else ""
        now = self._now()
        return await self._run(lambda records: records.find(now, phone=whose, name=called))

    def describe(self, appointment: Appointment) -> str:
        """The record for the model, which reads it back to the caller."""
        doctor = self.clinic.doctor(appointment.doctor)
        state = "Cancelled" if appointment.cancelled else "Booked"
        return (
            f"{state}: reference {appointment.reference}, "
            f"{doctor.name if doctor else appointment.doctor}, "
            f"{schedule.moment(appointment.start)}, {appointment.name}, {appointment.phone}."
        )

    async def aclose(self) -> None:
        """Close the database. An operation that runs is waited for, as long as it may take."""
        closing = asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        try:
            async with asyncio.timeout(self._limit):
                await closing
        except TimeoutError:
            # The call's end waits for this.
            logger.warning("the clinic's book of appointments was left open: it does not answer")
        finally:
            self._thread.shutdown(wait=False)

    def _now(self) -> datetime:
        return self._clock().astimezone(INDIA)

    async def _taken(self, doctor: Doctor, wanted: datetime, now: datetime) -> list[datetime]:
        """What is taken around a wanted start, alternatives included."""
        first, last = schedule.around(self.clinic, wanted, now)
        begin = datetime.combine(first, time.min, INDIA)
        end = datetime.combine(last, time.min, INDIA) + timedelta(days=1)
        return await self._run(lambda records: records.taken(doctor.id, begin, end))

    async def _check(self, doctor: Doctor, start: datetime, now: datetime) -> None:
        if because := schedule.why_not(self.clinic, doctor, start, now):
            taken = await self._taken(doctor, start, now)
            nearest = schedule.nearest(self.clinic, doctor, start, taken, now)
            raise NotOffered(f"{because} {_nearest(nearest)}", nearest)

    async def _refuse(
        self, doctor: Doctor, start: datetime, now: datetime, *, phone: str = ""
    ) -> NoReturn:
        taken = await self._taken(doctor, start, now)
        nearest = schedule.nearest(self.clinic, doctor, start, taken, now)
        because = ""
        found = await self._run(lambda records: records.find(now, phone=phone)) if phone else []
        own = (one for one in found if (one.doctor, one.start) == (doctor.id, start))
        if has := next(own, None):
            # Often the same patient, spelled otherwise the second time.
            because = (
                f" This phone number has it: {self.describe(has)} Book nothing more unless the "
                "caller says that this is another patient."
            )
        text = f"{schedule.moment(start)} with {doctor.name} is taken.{because} {_nearest(nearest)}"
        raise SlotTaken(text, nearest)

    async def _run(self, work: Callable[[Records], T]) -> T:
        """Do it in the desk's thread, in time."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limit):
                return await loop.run_in_executor(self._thread, self._in_thread, work)
        except TimeoutError:
            failure = DeskUnavailable(
                f"the database did not answer within {self._limit:g} s; see that it runs and who "
                "keeps it busy"
            )
        except DeskUnavailable as error:
            failure = error
        logger.error("the clinic's book of appointments: %s", failure.reason)
        raise failure

    def _in_thread(self, work: Callable[[Records], T]) -> T:
        try:
            if self._database and self._database.replaced():
                self._close()
            if self._database is None:
                self._database = Database(self._url)
            return work(Records(self._database.engine))
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise unavailable(error, self._url) from error

    def _close(self) -> None:
        if self._database:
            self._database.close()
            self._database = None


def _no_such(reference: str) -> NoSuchAppointment:
    return NoSuchAppointment(
        f"There is no appointment {reference} to come: it is unknown, cancelled or over. Find it "
        "by the caller's phone number."
    )


def _nearest(alternatives: tuple[datetime, ...]) -> str:
    if not alternatives:
        return "Nothing is free in the two weeks around it."
    return f"The nearest free times: {schedule.moments(alternatives)}."
