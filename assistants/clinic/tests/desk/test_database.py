"""A database that is locked, gone, read-only, damaged, full or foreign says what to do."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from assistants.clinic.desk import INDIA, DeskUnavailable, database
from assistants.clinic.desk.database import Database, unavailable
from assistants.clinic.desk.records import Records, Wanted

TEN = datetime(2026, 12, 1, 10, 0, tzinfo=INDIA)
ASHA = Wanted("call-1", "rao", TEN, "Asha Patil", "+919876543210")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that stays is not waited for."""
    monkeypatch.setattr(database, "BUSY", 0.02)


def reason(raised: pytest.ExceptionInfo[Exception], url: str) -> str:
    return unavailable(raised.value, url).reason


def test_many_make_the_tables_at_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first calls of several new processes."""
    # Whatever the machine does meanwhile.
    monkeypatch.setattr(database, "BUSY", 50.0)
    with ThreadPoolExecutor(6) as threads:
        opened = list(threads.map(Database, [url] * 6))
    with opened[0].engine.connect() as connection:
        assert connection.execute(text("SELECT id, version FROM clinic_schema")).all() == [(1, 1)]
    for each in opened:
        each.close()


def test_a_table_without_its_row_is_completed(url: str, file: Path) -> None:
    """As it is for a moment, while another process makes them."""
    with sqlite3.connect(file) as other:
        other.execute(
            "CREATE TABLE clinic_schema (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)"
        )
    other.close()
    opened = Database(url)
    assert Records(opened.engine).find(TEN) == []
    opened.close()


def test_sqlite_writes_ahead_and_to_the_disk(database: Database) -> None:
    """WAL, and FULL (2): what was confirmed survives a power cut."""
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_only_this_user_may_read_it(tmp_path: Path) -> None:
    """Names and phone numbers are in it. Its folder is made if there is none."""
    file = tmp_path / "data/of/clinic.sqlite3"
    opened = Database(f"sqlite:///{file}")
    with opened.engine.begin() as connection:
        connection.execute(text("DELETE FROM clinic_requests"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    opened.close()
    assert modes
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_locked_database_is_not_waited_for_long(file: Path, url: str, now: datetime) -> None:
    opened = Database(url)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(SQLAlchemyError) as raised:
        Records(opened.engine).book(ASHA, now)
    assert reason(raised, url) == (
        f"sqlite {file}: another program keeps it locked; end that program, and keep the file on a "
        "local disk"
    )
    other.close()
    assert Records(opened.engine).book(ASHA, now).start == TEN
    opened.close()


def test_a_lock_while_the_tables_are_made_is_the_same(file: Path, url: str) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(SQLAlchemyError) as raised:
        Database(url)
    other.close()
    assert "another program keeps it locked" in reason(raised, url)


def test_a_read_only_database_can_be_read(url: str, file: Path, now: datetime) -> None:
    first = Database(url)
    booked = Records(first.engine).book(ASHA, now)
    read_only = f"sqlite:///file:{file}?mode=ro&uri=true"
    opened = Database(read_only)
    assert Records(opened.engine).find(now) == [booked]
    with pytest.raises(SQLAlchemyError) as raised:
        Records(opened.engine).cancel(booked.reference, now)
    assert "it is read-only; let the worker's user write the file" in reason(raised, read_only)
    opened.close()
    first.close()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite:///{tmp_path}/file/clinic.sqlite3"
    with pytest.raises(OSError) as raised:  # noqa: PT011 (which one differs between systems)
        Database(url)
    assert "correct DATA_DIR or DATABASE_URL" in reason(raised, url)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as raised:
        Database(f"sqlite:///{tmp_path}")
    assert "Is a directory; correct DATA_DIR" in reason(raised, f"sqlite:///{tmp_path}")


def test_a_file_of_something_else_is_left_alone(file: Path, url: str) -> None:
    file.write_bytes(b"appointments of 1998\n" * 1000)
    with pytest.raises(SQLAlchemyError) as raised:
        Database(url)
    assert "the file is no SQLite database; correct DATABASE_URL" in reason(raised, url)
    assert file.read_bytes() == b"appointments of 1998\n" * 1000


def test_a_damaged_file_is_named(file: Path, url: str, now: datetime) -> None:
    first = Database(url)
    Records(first.engine).book(ASHA, now)
    first.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(SQLAlchemyError) as raised:
        Database(url)
    assert "it is damaged; restore a backup" in reason(raised, url)


@pytest.fixture
def little_space() -> Iterator[None]:
    """SQLite finds no room for another page: the error is that of a full disk."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@pytest.mark.usefixtures("little_space")
def test_a_full_disk_is_named(url: str, now: datetime) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        Database(url)
    assert "the disk is full; free some space" in reason(raised, url)


def test_tables_of_another_version_are_not_touched(url: str) -> None:
    first = Database(url)
    with first.engine.begin() as connection:
        connection.execute(text("UPDATE clinic_schema SET version = 7"))
    first.close()
    with pytest.raises(DeskUnavailable) as raised:
        Database(url)
    assert "have version 7, and this program knows 1; deploy" in raised.value.reason


def test_a_file_that_is_gone_is_noticed_and_not_made_again(
    file: Path, url: str, now: datetime
) -> None:
    """SQLite would write on into the deleted file: every booking confirmed, and none there."""
    opened = Database(url)
    Records(opened.engine).book(ASHA, now)
    assert not opened.replaced()
    file.rename(file.with_name("backup"))
    with pytest.raises(FileNotFoundError) as raised:
        opened.replaced()
    assert "or restore the file" in reason(raised, url)
    assert not file.exists()
    file.write_bytes(b"another")
    assert opened.replaced()
    opened.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("clinic.sqlite3", "DATABASE_URL is no SQLAlchemy URL; write one like sqlite:////"),
        ("", "DATABASE_URL is no SQLAlchemy URL"),
        ("nosuch://host/clinic", "nosuch host/clinic: its driver is not installed; install it"),
        ("mssql+pymssql://u:secret@host/clinic", "its driver is not installed"),
    ],
)
def test_an_address_that_leads_nowhere_is_named(url: str, says: str) -> None:
    with pytest.raises((SQLAlchemyError, ImportError)) as raised:
        Database(url)
    assert says in reason(raised, url)
    assert "secret" not in reason(raised, url)


def test_a_failing_server_is_named_without_its_password() -> None:
    """Nor with what was to be written, which a driver may repeat."""
    error = OperationalError("INSERT", {"name": "Asha"}, ConnectionError("secret Asha"))
    found = unavailable(error, "postgresql://clinic:secret@db.internal/clinic").reason
    assert found == (
        "postgresql db.internal/clinic: ConnectionError; see that it runs, and that DATABASE_URL "
        "is right"
    )


def test_what_was_written_is_in_no_exception(database: Database, now: datetime) -> None:
    """They reach logs."""
    write = text("INSERT INTO clinic_schema VALUES (1, :version)")
    with database.engine.connect() as connection, pytest.raises(IntegrityError) as raised:
        connection.execute(write, {"version": "Asha"})
    assert "Asha" not in str(raised.value)


def test_a_database_in_memory_lives_as_long_as_it_is_open(now: datetime) -> None:
    """For tests of an assistant."""
    opened = Database("sqlite://")
    booked = Records(opened.engine).book(ASHA, now)
    assert Records(opened.engine).taken("rao", TEN, TEN + timedelta(days=1)) == [booked.start]
    assert not opened.replaced()
    opened.close()
