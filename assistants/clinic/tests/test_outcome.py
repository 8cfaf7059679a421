"""The outcome of a call, from the records that it has changed and the tools that it has used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistants.clinic.desk import INDIA, Appointment
from assistants.clinic.outcome import Changes

TEN = Appointment(
    reference="415263",
    doctor="rao",
    start=datetime(2026, 12, 1, 10, 0, tzinfo=INDIA),
    name="Asha Patil",
    phone="+919876543210",
)
LATER = replace(TEN, start=TEN.start + timedelta(hours=1))


@pytest.mark.parametrize(
    ("tools", "wanted"),
    [
        ([], "information"),
        (["end_call"], "information"),
        (["free_slots"], "appointment"),
        (["free_slots", "book_appointment", "move_appointment"], "appointment"),
        (["find_appointments", "free_slots"], "change"),
        (["find_appointments", "cancel_appointment"], "change"),
    ],
)
def test_what_the_caller_wanted(tools: list[str], wanted: str) -> None:
    """A caller who books and then moves the same appointment wanted an appointment."""
    assert Changes().outcome(tools).wanted == wanted


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["booked"], "booked"),
        (["moved"], "moved"),
        (["booked", "moved"], "booked"),
        (["moved", "moved"], "moved"),
        (["booked", "moved", "cancelled"], "cancelled"),
    ],
)
def test_an_appointment_is_reported_once_as_it_is_in_the_end(
    actions: list[str], action: str
) -> None:
    """With its last time, whatever was before."""
    changes = Changes()
    for done in actions[:-1]:
        changes.note(done, TEN)  # type: ignore[arg-type]
    changes.note(actions[-1], LATER)  # type: ignore[arg-type]
    [change] = changes.outcome([]).changes
    assert (change.action, change.reference, change.start) == (action, "415263", LATER.start)


def test_what_is_cancelled_by_now_is_not_booked() -> None:
    """The book says so, whichever tool has asked it last."""
    changes = Changes()
    changes.note("booked", replace(TEN, cancelled=True))
    [change] = changes.outcome([]).changes
    assert change.action == "cancelled"


def test_a_name_and_a_number_stay_in_the_book() -> None:
    """A webhook gets the reference alone."""
    changes = Changes()
    changes.note("booked", TEN)
    text = changes.outcome([]).model_dump_json()
    assert "415263" in text
    assert "Asha" not in text
    assert "98765" not in text
