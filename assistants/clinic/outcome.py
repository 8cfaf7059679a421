"""What is known of a call when it has ended, from the book and not from what was said. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from .desk import Appointment

Action = Literal["booked", "moved", "cancelled"]
Wanted = Literal["appointment", "change", "information"]


class Change(BaseModel):
    """An appointment that the call has changed, as it is in the book. The patient's name and number
    stay there."""

    action: Action = Field(description="What the call did with the appointment in the end.")
    reference: str = Field(description="Six digits that name the appointment.")
    doctor: str = Field(description="The doctor's id.")
    start: datetime = Field(description="When it begins, or would have begun.")


class ClinicOutcome(BaseModel):
    """The outcome of a call to the clinic."""

    wanted: Wanted = Field(description="What the caller wanted: judged by the tools that ran.")
    changes: list[Change] = Field(description="Each appointment that was changed, once.")


class Changes:
    """What a call has done in the book so far."""

    def __init__(self) -> None:
        self._by_reference: dict[str, Change] = {}

    def note(self, action: Action, record: Appointment) -> None:
        """Note an appointment as it was read back. One that is moved after it was booked in the
        same call stays a booking, and one that is cancelled by now is not booked again by asking
        for it twice."""
        if record.cancelled:
            action = "cancelled"
        before = self._by_reference.get(record.reference)
        if action == "moved" and before is not None:
            action = before.action
        self._by_reference[record.reference] = Change(
            action=action, reference=record.reference, doctor=record.doctor, start=record.start
        )

    def outcome(self, tools: Collection[str]) -> ClinicOutcome:
        """The outcome of the call.

        Args:
            tools: The names of those that ran.
        """
        return ClinicOutcome(wanted=_wanted(tools), changes=list(self._by_reference.values()))


def _wanted(tools: Collection[str]) -> Wanted:
    if "book_appointment" in tools:
        return "appointment"
    if not {"find_appointments", "move_appointment", "cancel_appointment"}.isdisjoint(tools):
        return "change"
    return "appointment" if "free_slots" in tools else "information"
