"""The outcome of a call by a JSON schema."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from sandbox.openai.tool_dialogue.conversation import Event, Heard, Ran, Said
from sandbox.openai.tool_dialogue.outcome import events_in, outcome

BOOKED: list[Event] = [
    Heard("मुझे अपॉइंटमेंट चाहिए"),
    Ran("free_slots", {"day": "2026-03-05"}, "Free: 10:00."),
    Said("सुबह 10 बजे?"),
    Ran(
        "book_appointment",
        {"doctor": "Dr. Rao", "start": "2026-03-05T10:00", "name": "Ravi", "phone": "9876543210"},
        "Booked: reference 415263, Dr. Rao, Thursday 2026-03-05T10:00, Ravi.",
    ),
]


class Visit(BaseModel):
    """An outcome as an assistant declares one."""

    what: Literal["booked", "moved", "cancelled", "nothing"]
    booked: bool
    cancelled: bool
    patient_name: str | None
    phone: str | None
    doctor: str | None
    date: str | None
    time: str | None
    reference: int | None
    language: str
    summary: str
    people: int = Field(ge=1)
    allergies: str | None
    follow_up: list[str]


def visit(events: list[Event]) -> dict[str, Any]:
    """The outcome, which must be valid."""
    filled = outcome(Visit.model_json_schema(), events)
    Visit.model_validate(filled)
    return filled


def test_the_outcome_is_what_the_tools_did() -> None:
    """Their arguments and results, by name and by content; what nobody said is null."""
    filled = visit(BOOKED)
    assert "Ravi" in filled.pop("summary")
    assert filled == {
        "what": "booked",
        "booked": True,
        "cancelled": False,
        "patient_name": "Ravi",
        "phone": "9876543210",
        "doctor": "Dr. Rao",
        "date": "2026-03-05",
        "time": "10:00",
        "reference": 415263,
        "language": "hi",
        "people": 1,
        "allergies": None,
        "follow_up": [],
    }


def test_a_tool_that_failed_did_nothing() -> None:
    """Nor did a call without tools."""
    failed = [*BOOKED[:-1], Ran("book_appointment", {"name": "Ravi"}, "Not booked: it is taken.")]
    assert visit(failed)["what"] == "nothing"
    assert not visit(failed)["booked"]
    assert visit([Heard("what are your hours")])["what"] == "nothing"


def test_the_last_thing_done_counts() -> None:
    """Booked, then cancelled."""
    filled = visit([*BOOKED, Ran("cancel_appointment", {"reference": "415263"}, "Cancelled.")])
    assert filled["what"] == "cancelled"


def test_a_transcript_is_read() -> None:
    """A text with a line for each message, tool call and result."""
    text = (
        'caller: i want an appointment\ntool book_appointment called: {"name": "Ravi"}\n'
        'tool book_appointment gave: {"reference": "7"}\nagent: Done.\n'
        'tool cancel_appointment called: {"reference": "7"}\n'
        "tool cancel_appointment failed: not reached\nsomething else"
    )
    events = events_in(text)
    assert events[0] == Heard("i want an appointment")
    assert events[-1] == Ran("cancel_appointment", {"reference": "7"}, "error: not reached")
    assert visit(events)["what"] == "booked"


@pytest.mark.parametrize("text", ["", "hello", "caller:", "tool x called: [1]", "tool gave: x"])
def test_any_text_is_read(text: str) -> None:
    """A transcript may be of anything."""
    visit(events_in(text))
