"""Whether what callers heard is what the record says, and nobody has another's slot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, String, create_engine, text

from assistants.clinic.desk import INDIA

from .caller import Answer
from .requests import Request


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment in the database, read without the desk."""

    reference: str
    doctor: str
    start: datetime
    phone: str


def rows(url: str) -> list[Row]:
    """All appointments that are not cancelled.

    Raises:
        ValueError: SQLite finds its file damaged.
    """
    engine = create_engine(url)
    statement = text(
        "SELECT reference, doctor, start, phone FROM clinic_appointments WHERE active"
    ).columns(reference=String, doctor=String, start=DateTime, phone=String)
    with engine.connect() as connection:
        found = connection.execute(statement).all()
        if engine.dialect.name == "sqlite":
            state = connection.execute(text("PRAGMA integrity_check")).scalar()
            if state != "ok":
                raise ValueError(f"the database is damaged: {state}")
    engine.dispose()
    return [
        Row(reference, doctor, start.replace(tzinfo=INDIA), phone)
        for reference, doctor, start, phone in found
    ]


def wrong(asked: Sequence[Request], heard: Iterable[Answer], found: Iterable[Row]) -> list[str]:
    """What must not be, one line each; empty if all is well."""
    by_reference = {row.reference: row for row in found}
    slots = Counter((row.doctor, row.start) for row in found)
    phones = Counter(row.phone for row in found)
    answers = defaultdict(set)
    for answer in heard:
        answers[answer.number].add(answer.reference)
    problems = [f"{_named(slot)} given {count} times" for slot, count in slots.items() if count > 1]
    problems += [f"{phone} booked {count} times" for phone, count in phones.items() if count > 1]
    problems += [
        f"{_named(slot)} given to nobody"
        for slot in dict.fromkeys(request.slot for request in asked)
        if slot not in slots
    ]
    for request in asked:
        references = answers[request.number]
        if len(references) != 1:
            problems.append(f"request {request.number} has {len(references)} answers")
        for reference in references:
            row = by_reference.get(reference or "")
            if reference is None and phones[request.phone]:
                problems.append(f'request {request.number} heard "taken" and is booked')
            elif reference is not None and row is None:
                problems.append(f"booking {reference} of request {request.number} is lost")
            elif row and (row.doctor, row.start, row.phone) != (*request.slot, request.phone):
                problems.append(f"booking {reference} of request {request.number} is another's")
    return problems


def _named(slot: tuple[str, datetime]) -> str:
    return f"{slot[0]} at {slot[1]:%Y-%m-%d %H:%M}"
