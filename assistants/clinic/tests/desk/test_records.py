"""The book of appointments keeps its promises whoever writes at the same time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from assistants.clinic.desk import INDIA, Appointment, DeskUnavailable
from assistants.clinic.desk.database import Database
from assistants.clinic.desk.records import MOST_FOUND, Gone, Records, Taken, Wanted

TEN = datetime(2026, 12, 1, 10, 0, tzinfo=INDIA)
ELEVEN = TEN + timedelta(hours=1)
NOON = TEN + timedelta(hours=2)
ASHA = Wanted("call-1", "rao", TEN, "Asha Patil", "+919876543210")
RAVI = Wanted("call-2", "rao", TEN, "Ravi Joshi", "+919876543211")


def test_a_booking_is_read_back_as_it_was_asked_for(records: Records, now: datetime) -> None:
    booked = records.book(ASHA, now)
    assert (booked.doctor, booked.start, booked.name, booked.phone) == (
        "rao",
        TEN,
        "Asha Patil",
        "+919876543210",
    )
    assert not booked.cancelled
    assert records.get(booked.reference) == booked
    assert records.taken("rao", TEN, ELEVEN) == [TEN]


def test_the_same_request_books_once(records: Records, now: datetime) -> None:
    """A tool that ran twice, or a retry after a lost answer; the record comes as it is now."""
    booked = records.book(ASHA, now)
    assert records.book(ASHA, now) == booked
    moved = records.move("call-1", booked.reference, "rao", ELEVEN, now)
    assert records.book(ASHA, now) == moved
    records.cancel(booked.reference, now)
    assert records.book(ASHA, now).cancelled
    assert records.find(now, phone=ASHA.phone) == []


def test_two_different_requests_of_one_turn_book_twice(records: Records, now: datetime) -> None:
    """A key may stand for a whole turn, in which a caller books for two."""
    wife = replace(ASHA, name="Meena Patil", start=ELEVEN)
    assert records.book(ASHA, now).reference != records.book(wife, now).reference


def test_who_has_the_slot_already_keeps_it(records: Records, now: datetime) -> None:
    """A model that repeats itself in a later turn has a new key, and must not hear "taken"."""
    booked = records.book(ASHA, now)
    assert records.book(replace(ASHA, key="later", name="ASHA PATIL"), now) == booked


def test_somebody_elses_slot_is_taken(records: Records, now: datetime) -> None:
    """The same phone with another name is somebody else: a family has one phone."""
    booked = records.book(ASHA, now)
    for other in (RAVI, replace(ASHA, key="call-3", name="Meena Patil")):
        with pytest.raises(Taken):
            records.book(other, now)
    assert records.find(now) == [booked]
    assert records.book(replace(RAVI, doctor="kulkarni"), now)


def test_a_move_frees_the_old_slot_and_takes_the_new(records: Records, now: datetime) -> None:
    booked = records.book(ASHA, now)
    moved = records.move("call-1", booked.reference, "kulkarni", ELEVEN, now)
    assert moved == replace(booked, doctor="kulkarni", start=ELEVEN)
    assert records.taken("rao", TEN, NOON) == []
    assert records.book(RAVI, now).start == TEN


def test_a_move_to_a_taken_slot_changes_nothing(records: Records, now: datetime) -> None:
    booked = records.book(ASHA, now)
    records.book(replace(RAVI, start=ELEVEN), now)
    with pytest.raises(Taken):
        records.move("call-1", booked.reference, "rao", ELEVEN, now)
    assert records.get(booked.reference) == booked
    assert records.taken("rao", TEN, NOON) == [TEN, ELEVEN]


def test_a_late_retry_of_a_move_does_not_move_back(records: Records, now: datetime) -> None:
    """The caller has changed her mind since."""
    reference = records.book(ASHA, now).reference
    records.move("one", reference, "rao", ELEVEN, now)
    records.move("two", reference, "rao", NOON, now)
    assert records.move("one", reference, "rao", ELEVEN, now).start == NOON


def test_a_move_to_where_it_is_is_done_already(records: Records, now: datetime) -> None:
    booked = records.book(ASHA, now)
    assert records.move("call-1", booked.reference, "rao", TEN, now) == booked


def test_a_cancelled_slot_is_free_as_often_as_it_is_cancelled(
    records: Records, now: datetime
) -> None:
    for number in range(3):
        booked = records.book(replace(ASHA, key=f"call-{number}"), now)
        cancelled = records.cancel(booked.reference, now)
        assert cancelled == replace(booked, cancelled=True)
        assert records.cancel(booked.reference, now) == cancelled
    assert records.taken("rao", TEN, NOON) == []
    assert records.book(RAVI, now)


@pytest.mark.parametrize("state", ["unknown", "cancelled", "over"])
def test_what_is_not_to_come_cannot_be_moved(records: Records, now: datetime, state: str) -> None:
    """Nor what is unknown or over be cancelled. The failed request leaves no trace."""
    reference = records.book(ASHA, now).reference
    if state == "cancelled":
        records.cancel(reference, now)
    at = TEN if state == "over" else now
    named = "100000" if state == "unknown" else reference
    before = records.get(reference)
    for _ in range(2):
        with pytest.raises(Gone):
            records.move("call-1", named, "rao", NOON, at)
    if state != "cancelled":
        with pytest.raises(Gone):
            records.cancel(named, at)
    assert records.get(reference) == before


def test_appointments_are_found_by_phone_and_by_words_of_the_name(
    records: Records, now: datetime
) -> None:
    """Those to come, earliest first. A wildcard of SQL is a letter like others."""
    later = records.book(replace(ASHA, start=NOON), now)
    asha = records.book(ASHA, now)
    ravi = records.book(replace(RAVI, start=ELEVEN), now)
    records.cancel(records.book(replace(ASHA, key="x", doctor="iyer"), now).reference, now)
    assert records.find(now, phone=ASHA.phone) == [asha, later]
    assert records.find(now, name="patil ASHA") == [asha, later]
    assert records.find(now, name="josh") == [ravi]
    assert records.find(now, phone=ASHA.phone, name="Ravi") == []
    assert records.find(now, name="%") == []
    assert records.find(ELEVEN, phone=ASHA.phone) == [later]


def test_a_search_ends_after_some(records: Records, now: datetime) -> None:
    """A tool's result goes to the model whole."""
    for minute in range(MOST_FOUND + 3):
        records.book(replace(ASHA, start=TEN + timedelta(minutes=minute)), now)
    assert len(records.find(now, phone=ASHA.phone)) == MOST_FOUND


def test_a_reference_that_was_drawn_before_is_drawn_again(
    database: Database, now: datetime
) -> None:
    draws = iter(["111111", "111111", "222222"])
    records = Records(database.engine, draw=lambda: next(draws))
    assert records.book(ASHA, now).reference == "111111"
    assert records.book(replace(RAVI, start=ELEVEN), now).reference == "222222"


def test_without_a_free_reference_nothing_is_booked(database: Database, now: datetime) -> None:
    records = Records(database.engine, draw=lambda: "111111")
    booked = records.book(ASHA, now)
    with pytest.raises(DeskUnavailable):
        records.book(replace(RAVI, start=ELEVEN), now)
    assert records.find(now) == [booked]


@contextmanager
def many(url: str, count: int) -> Iterator[list[Records]]:
    """As many connections as different processes would have."""
    opened = [Database(url) for _ in range(count)]
    yield [Records(database.engine) for database in opened]
    for database in opened:
        database.close()


def at_once(works: list[Callable[[], Appointment]]) -> list[Appointment | type[Exception]]:
    """Do all of it at the same time; returns results, or the type of what was raised."""
    ready = Barrier(len(works))

    def do(work: Callable[[], Appointment]) -> Appointment | type[Exception]:
        ready.wait()
        try:
            return work()
        except Taken as error:
            return type(error)

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(do, works))


def test_of_many_at_once_one_has_the_slot(url: str, now: datetime) -> None:
    """The others hear that it is taken; nobody waits for ever, or fails on a lock."""
    with many(url, 8) as desks:
        for round_ in range(5):
            start = TEN + timedelta(minutes=round_)
            works = [
                lambda desk=desk, n=n, start=start: desk.book(  # type: ignore[misc]
                    replace(RAVI, key=str(n), name=f"Ravi {chr(97 + n)}", start=start), now
                )
                for n, desk in enumerate(desks)
            ]
            results = at_once(works)
            assert results.count(Taken) == 7
            (booked,) = (result for result in results if isinstance(result, Appointment))
            assert desks[0].get(booked.reference) == booked


def test_of_one_request_at_once_one_booking_comes(url: str, now: datetime) -> None:
    """A hedge and its first attempt get the same record."""
    with many(url, 8) as desks:
        results = at_once([lambda desk=desk: desk.book(ASHA, now) for desk in desks])  # type: ignore[misc]
        assert len(set(results)) == 1
        assert desks[0].find(now) == [results[0]]


def test_two_who_want_each_others_slot_keep_theirs(url: str, now: datetime) -> None:
    """A move holds its old slot until it has the new one: nobody is without an appointment."""
    with many(url, 2) as (one, two):
        asha, ravi = one.book(ASHA, now), two.book(replace(RAVI, start=ELEVEN), now)
        results = at_once(
            [
                lambda: one.move("a", asha.reference, "rao", ELEVEN, now),
                lambda: two.move("b", ravi.reference, "rao", TEN, now),
            ]
        )
        assert results == [Taken, Taken]
        assert one.find(now) == [asha, ravi]


def test_the_database_itself_refuses_a_double_booking(
    records: Records, now: datetime, tmp_path: Path
) -> None:
    """Whatever program writes: the constraint is in the file, not in this code."""
    booked = records.book(ASHA, now)
    with sqlite3.connect(tmp_path / "clinic.sqlite3") as other:
        row = other.execute("SELECT * FROM clinic_appointments").fetchone()
        assert row[0] == booked.reference
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(
                "INSERT INTO clinic_appointments VALUES (?,?,?,?,?,?,?,?)", ("1", *row[1:])
            )
    other.close()
