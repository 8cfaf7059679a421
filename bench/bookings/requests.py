"""What is asked for: every slot by two callers, who are served by different processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from assistants.clinic.desk import INDIA, Clinic, load_clinic, schedule

NOW: Final = datetime(2026, 11, 30, 8, 0, tzinfo=INDIA)
"""The desk's clock stands still, so that each run asks for the same slots."""

RIVALS: Final = 2
"""Callers who want the same slot."""


@dataclass(frozen=True, slots=True)
class Request:
    """A caller, and the slot that she wants."""

    number: int
    """From 0; also the key of idempotency."""
    doctor: str
    start: datetime
    phone: str
    """Nobody else has it."""

    @property
    def slot(self) -> tuple[str, datetime]:
        return self.doctor, self.start


def requests(slots: int) -> list[Request]:
    """`RIVALS` requests for each of so many slots, the earliest ones of all doctors.

    Raises:
        ValueError: The clinic does not have so many.
    """
    clinic = load_clinic()
    wanted = list(islice(_slots(clinic), slots))
    if len(wanted) < slots:
        raise ValueError(
            f"the clinic has only {len(wanted)} slots in {clinic.book_ahead_days} days"
        )
    return [
        Request(number, *wanted[number % slots], f"+9198{number:08}")
        for number in range(RIVALS * slots)
    ]


def of_process(asked: list[Request], process: int, processes: int) -> list[Request]:
    """The share of one process. Rivals come at about the same time, in different processes."""
    slots = len(asked) // RIVALS
    return [
        each
        for each in sorted(asked, key=lambda each: (each.number % slots, each.number))
        if (each.number % slots + each.number // slots) % processes == process
    ]


def _slots(clinic: Clinic) -> Iterator[tuple[str, datetime]]:
    for days in range(clinic.book_ahead_days + 1):
        day = NOW.date() + timedelta(days=days)
        for doctor in clinic.doctors:
            for start in schedule.free(clinic, doctor, day, (), NOW):
                yield doctor.id, start
