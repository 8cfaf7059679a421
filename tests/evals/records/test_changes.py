"""Which rows differ, and what counts as the expected value."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from evals.records.changes import as_datetime, changes, is_value
from evals.transcript import RowChange

KEYS = {"t": ("id",)}
ANITA, RAVI = {"id": 1, "name": "Anita"}, {"id": 2, "name": "Ravi"}


def test_added_removed_and_changed_rows() -> None:
    """Each once; what is the same is none."""
    meera = {"id": 1, "name": "Meera"}
    assert changes({"t": (ANITA,)}, {"t": (ANITA, RAVI)}, KEYS) == (RowChange("t", None, RAVI),)
    assert changes({"t": (ANITA, RAVI)}, {"t": (RAVI,)}, KEYS) == (RowChange("t", ANITA, None),)
    assert changes({"t": (ANITA,)}, {"t": (meera,)}, KEYS) == (RowChange("t", ANITA, meera),)
    assert changes({"t": (ANITA,)}, {"t": (ANITA,)}, KEYS) == ()


def test_rows_without_a_key_are_compared_whole() -> None:
    """A changed one is removed and added."""
    assert len(changes({"t": (ANITA,)}, {"t": (ANITA | {"name": "M"},)}, {})) == 2


@pytest.mark.parametrize(
    ("actual", "expected", "equal"),
    [
        (
            datetime.fromisoformat("2026-12-02T10:00"),
            datetime.fromisoformat("2026-12-02T10:00"),
            True,
        ),
        ("2026-12-02 10:00:00", datetime.fromisoformat("2026-12-02T10:00"), True),
        ("2026-12-02T10:00:00+05:30", datetime.fromisoformat("2026-12-02T10:00"), True),
        (datetime.fromisoformat("2026-12-02T10:00"), "2026-12-02T10:00:00", True),
        (
            datetime.fromisoformat("2026-12-03T10:00"),
            datetime.fromisoformat("2026-12-02T10:00"),
            False,
        ),
        ("soon", datetime.fromisoformat("2026-12-02T10:00"), False),
        (date(2026, 12, 2), date(2026, 12, 2), True),
        (datetime.fromisoformat("2026-12-02T10:00"), date(2026, 12, 2), True),
        (time(10, 0), time(10, 0), True),
        ("10:00:00", time(10, 0), True),
        (" anita ", "Anita", True),
        ("Anitha", "Anita", False),
        (500, 500, True),
        (True, True, True),
        (None, False, True),
        (1, False, False),
        (None, None, True),
    ],
)
def test_values_are_equal_in_any_form(actual: object, expected: object, equal: bool) -> None:
    """Databases keep times as texts, and without a zone."""
    assert is_value(actual, expected) is equal


def test_only_a_moment_is_one() -> None:
    """A date or a number has no time."""
    assert as_datetime("2026-12-02") is None
    assert as_datetime(12345678901234567) is None
