"""One database of an assistant: its rows read, and rows put there before a call.

Any URL that SQLAlchemy takes. The assistant makes its tables; nothing here knows them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from evals.callers.schema import Row
from evals.transcript import RowValues, Snapshot

from .changes import Keys


class DatabaseError(ValueError):
    """A row that cannot be put into the database, or a table that is not there."""


class Database:
    """A database that an assistant writes.

    Args:
        tables: Those that are read; empty: all.
    """

    def __init__(self, url: str, tables: Collection[str] = ()) -> None:
        self.url = url
        # No connection is kept: the file is deleted after the call.
        self._engine = create_engine(url, poolclass=NullPool)
        self._tables = tables
        self._known: MetaData | None = None

    def read(self) -> tuple[Snapshot, Keys]:
        """All rows of the tables, and the tables' keys."""
        found = self._reflected()
        wanted = [
            one for name, one in found.tables.items() if not self._tables or name in self._tables
        ]
        rows: dict[str, tuple[RowValues, ...]] = {}
        with self._engine.connect() as connection:
            for table in wanted:
                ordered = select(table).order_by(*table.primary_key.columns)
                rows[table.name] = tuple(
                    dict(row) for row in connection.execute(ordered).mappings()
                )
        keys = {one.name: tuple(c.name for c in one.primary_key.columns) for one in wanted}
        return rows, keys

    def clear(self) -> None:
        """Delete all rows of the tables that are read; those that are not there yet have none."""
        tables = self._judged(self._reflected())
        with self._engine.begin() as connection:
            for table in tables:
                connection.execute(delete(table))

    def put(self, rows: Sequence[Row]) -> None:
        """Add rows.

        Raises:
            DatabaseError: There is no such table or column, or the row breaks a constraint.
        """
        if not rows:
            return
        found = self._reflected()
        with self._engine.begin() as connection:
            for row in rows:
                if row.table not in found.tables:
                    raise DatabaseError(
                        f"there is no table {row.table!r}; there are: {', '.join(found.tables)}"
                    )
                values: dict[str, Any] = dict(row.row)
                try:
                    connection.execute(insert(found.tables[row.table]).values(values))
                except SQLAlchemyError as error:
                    problem = str(getattr(error, "orig", None) or error)
                    raise DatabaseError(
                        f"a row of {row.table!r} before a call: {problem}"
                    ) from None

    def _judged(self, found: MetaData) -> list[Table]:
        judged = self._tables or found.tables
        return [table for name, table in found.tables.items() if name in judged]

    def _reflected(self) -> MetaData:
        """The tables that are there; looked up until all that are wanted are."""
        if self._known is None:
            found = MetaData()
            found.reflect(self._engine)
            if not self._tables or not set(self._tables) <= found.tables.keys():
                return found
            self._known = found
        return self._known
