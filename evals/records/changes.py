"""Which rows of two snapshots differ, and whether a row is an expected one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from evals.transcript import RowChange, RowValues, Snapshot

Keys = Mapping[str, tuple[str, ...]]
"""Table -> the columns of its primary key."""


def changes(old: Snapshot, new: Snapshot, keys: Keys) -> tuple[RowChange, ...]:
    """The rows that differ; rows of a table without a key are compared whole."""
    return tuple(
        change
        for table in sorted({*old, *new})
        for change in _changes(table, old.get(table, ()), new.get(table, ()), keys.get(table, ()))
    )


def _changes(
    table: str, old: tuple[RowValues, ...], new: tuple[RowValues, ...], key: tuple[str, ...]
) -> Iterator[RowChange]:
    before = {_key(row, key): row for row in old}
    after = {_key(row, key): row for row in new}
    for at in {**before, **after}:
        was, is_now = before.get(at), after.get(at)
        if was != is_now:
            yield RowChange(table, was, is_now)


def _key(row: RowValues, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(str(row[column]) for column in key or sorted(row))


def is_value(actual: object, expected: object) -> bool:
    """Whether a database's value is the expected one.

    Databases keep times as texts, or without a zone: those are compared as moments of the clock on
    the wall. Texts are compared without case and outer spaces.
    """
    if isinstance(expected, datetime):
        moment = as_datetime(actual)
        return moment is not None and _wall(moment) == _wall(expected)
    if isinstance(expected, date):
        moment = as_datetime(actual)
        day = moment.date() if moment else actual
        return str(day) == expected.isoformat()
    if isinstance(expected, time):
        return str(actual)[: len("hh:mm")] == f"{expected:%H:%M}"
    if expected is False:
        return not actual  # A cleared mark is NULL in some tables.
    if expected is None or isinstance(expected, bool | int | float):
        return bool(actual == expected)
    if isinstance(actual, datetime | date) or as_datetime(expected):
        moment, other = as_datetime(actual), as_datetime(expected)
        return moment is not None and other is not None and _wall(moment) == _wall(other)
    return str(actual).strip().casefold() == str(expected).strip().casefold()


def as_datetime(value: object) -> datetime | None:
    """The moment that a value is or writes (ISO, with a time); None if it is none."""
    if isinstance(value, datetime):
        return value
    text = str(value)
    if len(text) < len("2026-12-01T10:00"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, second=0, microsecond=0)
