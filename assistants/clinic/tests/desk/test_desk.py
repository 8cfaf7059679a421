"""The desk as tools use it: words in, records out, in time, whatever the database does."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistants.clinic.desk import (
    INDIA,
    BadArgument,
    Desk,
    DeskError,
    DeskUnavailable,
    NoSuchAppointment,
    NotOffered,
    SlotTaken,
    database,
)

ASHA = ("Asha Patil", "98765 43210")
RAVI = ("Ravi Joshi", "98765 43211")
TEN = "2026-12-01T10:00"


async def test_an_appointment_from_the_question_to_its_end(desk: Desk) -> None:
    """Free slots, booked, found by phone and name, moved, cancelled; always as the record says."""
    free = await desk.free_slots("Dr. Rao", "2026-12-01", after="10:00", before="11:00")
    assert str(free) == ("Free with Dr. Rao on Tuesday 2026-12-01: 10:00, 10:15, 10:30, 10:45.")
    booked = await desk.book("Dr. Rao", TEN, *ASHA, key="1")
    assert desk.describe(booked) == (
        f"Booked: reference {booked.reference}, Dr. Rao, Tuesday 2026-12-01T10:00, Asha Patil, "
        "+919876543210."
    )
    free = await desk.free_slots("rao", "2026-12-01", after="10:00", before="10:30")
    assert [f"{start:%H:%M}" for start in free.starts] == ["10:15"]
    assert await desk.find(phone="+919876543210") == await desk.find(name="patil") == [booked]
    moved = await desk.move(booked.reference, "2026-12-02T11:00", doctor="kulkarni", key="2")
    assert (moved.reference, moved.doctor) == (booked.reference, "kulkarni")
    again = await desk.move(booked.reference, "2026-12-02T12:00", key="3")
    assert (again.doctor, f"{again.start:%H:%M}") == ("kulkarni", "12:00")
    cancelled = await desk.cancel(booked.reference)
    assert desk.describe(cancelled).startswith(f"Cancelled: reference {booked.reference}, Dr. Kul")
    assert await desk.find(phone=ASHA[1]) == []


async def test_a_taken_slot_brings_alternatives(desk: Desk) -> None:
    """The model can offer them at once, and pass one on as it stands."""
    await desk.book("rao", TEN, *ASHA, key="1")
    with pytest.raises(SlotTaken) as raised:
        await desk.book("rao", TEN, *RAVI, key="2")
    assert str(raised.value) == (
        "Tuesday 2026-12-01T10:00 with Dr. Rao is taken. The nearest free times: Tuesday "
        "2026-12-01T09:30, Tuesday 2026-12-01T09:45, Tuesday 2026-12-01T10:15."
    )
    first = raised.value.alternatives[0]
    assert (await desk.book("rao", f"{first:%Y-%m-%dT%H:%M}", *RAVI, key="3")).start == first


async def test_a_slot_of_the_callers_own_number_is_named_as_theirs(desk: Desk) -> None:
    """A name that is spelled otherwise the second time must not lead to a second appointment."""
    booked = await desk.book("rao", TEN, *ASHA, key="1")
    with pytest.raises(SlotTaken) as raised:
        await desk.book("rao", TEN, "Aasha Patil", ASHA[1], key="2")
    assert str(raised.value).startswith(
        "Tuesday 2026-12-01T10:00 with Dr. Rao is taken. This phone number has it: "
        f"{desk.describe(booked)} Book nothing more unless"
    )
    assert await desk.find(phone=ASHA[1]) == [booked]


async def test_a_move_to_a_taken_slot_brings_alternatives(desk: Desk) -> None:
    booked = await desk.book("rao", TEN, *ASHA, key="1")
    await desk.book("rao", "2026-12-01T10:15", *RAVI, key="2")
    with pytest.raises(SlotTaken, match="10:30"):
        await desk.move(booked.reference, "2026-12-01T10:15", key="3")
    assert await desk.find(phone=ASHA[1]) == [booked]


async def test_a_time_that_nobody_can_have_brings_the_reason_and_alternatives(desk: Desk) -> None:
    with pytest.raises(NotOffered, match=r"sees nobody on Sunday.*free times: Saturday") as raised:
        await desk.book("rao", "2026-12-06T10:00", *ASHA, key="1")
    assert len(raised.value.alternatives) == 3
    booked = await desk.book("rao", TEN, *ASHA, key="2")
    with pytest.raises(NotOffered, match="in the past"):
        await desk.move(booked.reference, "2026-11-30T07:00", key="3")
    assert await desk.find(phone=ASHA[1]) == [booked]


async def test_a_day_without_free_slots_says_why(desk: Desk) -> None:
    free = await desk.free_slots("iyer", "2026-12-06")
    assert str(free).startswith(
        "Nothing is free with Dr. Meera Iyer on Sunday 2026-12-06 at that time: Dr. Meera Iyer "
        "sees nobody on that day. Sunday 2026-12-06: open 10:00 to 13:00. The nearest free times: "
        "Friday"
    )
    free = await desk.free_slots("iyer", "2026-12-01", before="12:00")
    assert "Dr. Meera Iyer sees patients from 17:00 to 20:00." in str(free)
    far = await desk.free_slots("iyer", "2029-12-03")
    assert far.starts == ()
    assert far.alternatives


def test_opening_hours_need_no_database(now: datetime) -> None:
    desk = Desk("nosuch://", lambda: now)
    assert str(desk.hours("2027-01-26")) == "Tuesday 2027-01-26 (Republic Day): closed"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_ends_of_the_calendar_are_days_like_others(desk: Desk, day: str) -> None:
    """A model writes any date."""
    free = await desk.free_slots("rao", day)
    assert (free.starts, len(free.alternatives)) == ((), 3)
    with pytest.raises(NotOffered):
        await desk.book("rao", f"{day}T23:59", *ASHA, key="1")


async def test_a_reference_that_is_unknown_leads_to_the_phone(desk: Desk) -> None:
    for wrong in (desk.cancel("100000"), desk.move("100000", TEN, key="1")):
        with pytest.raises(NoSuchAppointment, match="by the caller's phone number"):
            await wrong


async def test_arguments_are_read_before_anything_is_written(desk: Desk) -> None:
    for wrong in (
        desk.book("rao", TEN, "आशा", ASHA[1], key="1"),
        desk.book("rao", TEN, ASHA[0], "12345", key="1"),
        desk.book("rao", "tomorrow", *ASHA, key="1"),
        desk.book("who", TEN, *ASHA, key="1"),
        desk.free_slots("rao", "tomorrow"),
        desk.find(),
    ):
        with pytest.raises(BadArgument):
            await wrong
    assert await desk.find(phone=ASHA[1]) == []


async def test_the_clock_may_have_any_zone(url: str) -> None:
    """Midnight in India is still yesterday in UTC."""
    now = datetime(2026, 12, 1, 9, 40, tzinfo=INDIA)
    desk = Desk(url, lambda: now.astimezone(None))
    assert (await desk.free_slots("rao", "2026-12-01")).starts[0].strftime("%H:%M") == "09:45"
    await desk.aclose()


async def test_the_loop_runs_on_while_the_database_is_locked(desk: Desk, file: Path) -> None:
    """Here it must, to end the lock that the booking waits for."""
    await desk.find(phone=ASHA[1])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    booking = asyncio.create_task(desk.book("rao", TEN, *ASHA, key="1"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not booking.done()
    other.close()
    assert await booking in await desk.find(phone=ASHA[1])


async def test_a_database_that_hangs_ends_the_operation_and_not_the_call(
    url: str, file: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it was written is unknown; the same request again finds out, and books once."""
    desk = Desk(url, lambda: now, limit=0.2)
    patient = Desk(url, lambda: now)
    await patient.find(phone=ASHA[1])
    await desk.find(phone=ASHA[1])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DeskUnavailable, match="Do not say that anything was booked"):
        await desk.book("rao", TEN, *ASHA, key="1")
    assert "the database did not answer within 0.2 s" in caplog.text
    other.close()
    booked = await patient.book("rao", TEN, *ASHA, key="1")
    await desk.aclose()
    assert await patient.find(phone=ASHA[1]) == [booked]
    await patient.aclose()


async def test_a_database_that_never_answers_does_not_hold_up_the_end_of_the_call(
    url: str, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A network's may hang for ever: the desk is left as it is, and the process ends soon."""
    answered = threading.Event()
    monkeypatch.setattr("assistants.clinic.desk.desk.Database", lambda _: answered.wait())
    desk = Desk(url, lambda: now, limit=0.05)
    with pytest.raises(DeskUnavailable):
        await desk.find(phone=ASHA[1])
    try:
        async with asyncio.timeout(1):
            await desk.aclose()
    finally:
        answered.set()
    assert "was left open" in caplog.text


def remove(file: Path) -> Callable[[], object]:
    """Remove a database that is open, as an operator might; returns what restores its backup."""
    backup = file.with_name("backup.sqlite3")
    with sqlite3.connect(file) as source, sqlite3.connect(backup) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    for name in ("", "-wal", "-shm"):
        file.with_name(f"{file.name}{name}").unlink(missing_ok=True)
    return lambda: backup.rename(file)


async def test_a_database_that_was_removed_is_used_again_when_it_is_back(
    desk: Desk, file: Path
) -> None:
    booked = await desk.book("rao", TEN, *ASHA, key="1")
    put_back = remove(file)
    for _ in range(2):
        with pytest.raises(DeskUnavailable):
            await desk.find(phone=ASHA[1])
    put_back()
    assert await desk.find(phone=ASHA[1]) == [booked]


async def test_an_operation_may_fail_and_the_next_one_work(
    url: str, now: datetime, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    """Also the first one, which opens the database."""
    monkeypatch.setattr(database, "BUSY", 0.02)
    desk = Desk(url, lambda: now)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DeskUnavailable):
        await desk.book("rao", TEN, *ASHA, key="1")
    other.close()
    assert await desk.book("rao", TEN, *ASHA, key="1")
    await desk.aclose()


async def test_the_log_names_the_trouble_and_no_caller(
    now: datetime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator reads it; the model's text has no path."""
    desk = Desk(f"sqlite:///{tmp_path}", lambda: now)
    with pytest.raises(DeskError) as raised:
        await desk.book("rao", TEN, *ASHA, key="1")
    assert f"{tmp_path}: Is a directory; correct DATA_DIR or DATABASE_URL" in caplog.text
    assert str(tmp_path) not in str(raised.value)
    assert "Asha" not in caplog.text
    assert "98765" not in caplog.text
    await desk.aclose()


def test_a_calendar_that_ends_is_announced(caplog: pytest.LogCaptureFixture) -> None:
    """While there is time to write the next one."""
    with caplog.at_level(logging.WARNING):
        Desk("sqlite://", lambda: datetime(2028, 10, 1, tzinfo=INDIA))
        assert caplog.text == ""
        Desk("sqlite://", lambda: datetime(2028, 10, 1, tzinfo=INDIA) + timedelta(days=60))
    assert "holidays.toml has no dates of 2029: add them" in caplog.text


async def test_a_desk_that_was_never_asked_closes(now: datetime) -> None:
    """Most calls book nothing, and pay nothing."""
    desk = Desk("sqlite://", lambda: now)
    await desk.aclose()
