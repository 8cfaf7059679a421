"""The facts of the clinic are checked when they are read, and errors name the place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistants.clinic import desk
from assistants.clinic.desk.clinic import read_clinic

SHIPPED = Path(desk.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("clinic.toml", "holidays.toml"):
        shutil.copy(SHIPPED / name, tmp_path)
    return tmp_path


def test_the_shipped_facts_are_those_of_the_prompt() -> None:
    """Opening hours, closed days and doctors, as callers hear them."""
    clinic = read_clinic(SHIPPED)
    assert [str(span) for span in clinic.hours.monday_to_saturday] == [
        "09:30 to 13:00",
        "17:00 to 20:30",
    ]
    assert [str(span) for span in clinic.hours.sundays_and_holidays] == ["10:00 to 13:00"]
    assert clinic.closed.every_year.keys() == {"01-26", "08-15"}
    assert set(clinic.closed.dates.values()) == {"Diwali"}
    assert [doctor.name for doctor in clinic.doctors] == [
        "Dr. Rao",
        "Dr. Meera Iyer",
        "Dr. Kulkarni",
    ]


def test_every_year_with_holidays_has_diwali() -> None:
    """On it the clinic is closed: one list without the other would book it."""
    clinic = read_clinic(SHIPPED)
    years = {day.year for day in clinic.holidays}
    assert years == {day.year for day in clinic.closed.dates}
    assert all(day.month in (10, 11) for day in clinic.closed.dates)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("09:30-13:00", "half past nine", r'monday_to_saturday\.0: .*write "09:30-13:00"'),
        ("09:30-13:00", "13:00-09:30", "must begin before it ends"),
        ('"09:30-13:00", "17:00', '"09:30-18:00", "17:00', "overlaps"),
        ("slot_minutes = 15", "slot_minutes = 0", "slot_minutes: "),
        ("slot_minutes = 15", "slots = 15", "slots: Extra inputs"),
        ('"01-26"', '"26-01"', "closed.every_year"),
        ('"2026-11-08"', '"2026-02-30"', "closed.dates"),
        ('id = "iyer"', 'id = "rao"', "two doctors have the same id: rao, rao, kulkarni"),
        ('"monday", "tuesday"', '"monday", "someday"', r"doctors\.0\.days"),
        ("slot_minutes = 15", "slot_minutes =", r"clinic\.toml: .*line 3"),
    ],
)
def test_a_wrong_fact_is_named_with_its_place(folder: Path, old: str, new: str, says: str) -> None:
    file = folder / "clinic.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=says):
        read_clinic(folder)
