"""Opens the database of a SQLAlchemy URL, and says what is wrong with one in words of its operator.

SQLite, the default, runs in WAL mode: readers and the one writer do not wait for each other, and a
process that is killed leaves nothing half done. `synchronous=FULL` has every commit on the disk
before the caller hears of it, so a power cut loses no confirmed appointment either. A booking then
takes 1.3 ms on a quiet disk and 10 on a busy one, instead of 0.6 (measured). Another database keeps
its own settings.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateTable

from .errors import DeskUnavailable
from .tables import VERSION, metadata, schema

BUSY: Final = 4.0
"""Seconds that a write waits for those of other processes. It takes milliseconds itself. With 20
processes that do nothing but book, on two busy cores, 1.5 % waited for more than 2 s, and 0.1 % for
more than 4 s (`python -m bench bookings`)."""

_SQLITE: Final = {
    "SQLITE_BUSY": "another program keeps it locked; end that program, and keep the file on a "
    "local disk",
    "SQLITE_LOCKED": "another program keeps it locked; end that program",
    "SQLITE_READONLY": "it is read-only; let the worker's user write the file and its folder",
    "SQLITE_PERM": "the worker's user may not open it; let it write the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; let the worker's user write its folder, or correct "
    "DATABASE_URL",
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_CORRUPT": "it is damaged; restore a backup",
    "SQLITE_NOTADB": "the file is no SQLite database; correct DATABASE_URL, or restore a backup",
    "SQLITE_IOERR": "its disk fails, or is full; look at the disk",
}
"""SQLite's error codes, which may have a suffix, and what to do. https://sqlite.org/rescode.html"""


class Database:
    """One engine, with the clinic's tables in place. For one thread at a time."""

    def __init__(self, url: str) -> None:
        """Connect; make file and tables if there are none.

        Raises:
            DeskUnavailable: The tables belong to another version of this program.
            SQLAlchemyError, OSError, ImportError: What `unavailable` explains.
        """
        address = make_url(url)
        self._file = _file(address)
        if self._file:
            _make(self._file)
        self.engine = _engine(address)
        try:
            _make_tables(self.engine)
            self._identity = self._file and _identity(self._file)
        except BaseException:
            self.close()
            raise

    def replaced(self) -> bool:
        """Whether another file is in the place of this one. SQLite would go on with the old file,
        which nobody sees any more.

        Raises:
            FileNotFoundError: It is gone. To make it again would be to begin an empty book.
        """
        return self._file is not None and _identity(self._file) != self._identity

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def unavailable(error: Exception, url: str) -> DeskUnavailable:
    """What the operator should know of a failure. Neither the address's password nor what was
    written is in it."""
    try:
        address = make_url(url)
    except ArgumentError:
        return DeskUnavailable(
            "DATABASE_URL is no SQLAlchemy URL; write one like sqlite:////folder/file.sqlite3"
        )
    place = address.database
    if address.get_backend_name() != "sqlite":
        place = f"{address.host}/{address.database}"
    return DeskUnavailable(f"{address.drivername} {place}: {_advice(error)}")


def _advice(error: Exception) -> str:
    if isinstance(error, ImportError | NoSuchModuleError):
        return "its driver is not installed; install it, or correct DATABASE_URL"
    if isinstance(error, OSError):
        return f"{error.strerror}; correct DATA_DIR or DATABASE_URL, or restore the file"
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlite_errorname", "")
    for name, advice in _SQLITE.items():
        if code.startswith(name):
            return advice
    return f"{type(cause or error).__name__}; see that it runs, and that DATABASE_URL is right"


def _file(url: URL) -> Path | None:
    """The file of an SQLite database, unless it is in memory or named by a URI."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
        return None
    return Path(name)


def _make(file: Path) -> None:
    """Make an empty file that only this user may read: it holds names and phone numbers. SQLite
    gives the files beside it the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _identity(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _engine(url: URL) -> Engine:
    # Values stay out of exceptions, and so out of the log.
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _make_tables(engine: Engine) -> None:
    """Bring the tables to `VERSION`. Many processes may do so at once: each statement does nothing
    where another process was first."""
    try:
        found = _version(engine)
    except (IntegrityError, ProgrammingError):
        # PostgreSQL fails if the same table is being made at that moment.
        found = _version(engine)
    if found != VERSION:
        raise DeskUnavailable(
            f"the tables in the database have version {found}, and this program knows {VERSION}; "
            "deploy the program that belongs to them, or restore a backup"
        )


def _version(engine: Engine) -> int | None:
    # None: another process has just made the table, and not yet written the row.
    if inspect(engine).has_table(schema.name) and (found := _read_version(engine)) is not None:
        return found
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
    with suppress(IntegrityError), engine.begin() as connection:
        connection.execute(insert(schema).values(id=1, version=VERSION))
    return _read_version(engine)


def _read_version(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return connection.execute(select(schema.c.version)).scalar()
