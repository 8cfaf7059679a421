"""Whole conversations with tools: a clinic's desk in memory, on a Wednesday morning at 11."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sandbox.openai.schema import ChatMessage, Function
from sandbox.openai.tool_dialogue import respond

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
CAREFUL = """You are the receptionist of Asha Clinic in Pune, on the telephone.

- Ask for one thing at a time: the day, then the time, then the name. Repeat what you booked.
- If you did not understand, say so. Never invent a doctor, a time or a price.
- Answer in the caller's language and in its own script.

What you know:

- Dr. Rao, general physician. Dr. Meera Iyer, children. Dr. Kulkarni, bones and hands.
- A consultation is Rs. 650, a second visit within 7 days Rs. 250. UPI, card or cash.
- 12 F.C. Road, Pune, first floor. Free parking behind the building.
"""

Run = Callable[..., Any]
"""A tool: its arguments in, its result out."""


class Talk:
    """A conversation with an assistant that has tools; what they did is in `calls`."""

    def __init__(self, tools: dict[str, tuple[Any, Run]], prompt: str, now: datetime) -> None:
        self.now = now
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._runs = {name: run for name, (_, run) in tools.items()}
        self._functions = [
            Function(name=name, description=about["description"], parameters=about["parameters"])
            for name, (about, _) in tools.items()
        ]
        self.messages: list[ChatMessage] = []
        if prompt:
            self.messages.append(ChatMessage(role="system", content=prompt))

    def say(self, *texts: str) -> str:
        """The caller says these one after the other; the last reply."""
        return [self._ask(text) for text in texts][-1]

    def called(self, name: str) -> list[dict[str, Any]]:
        """The arguments of all calls of one tool."""
        return [arguments for called, arguments in self.calls if called == name]

    def _ask(self, text: str) -> str:
        self.messages.append(ChatMessage(role="user", content=text))
        for _ in range(6):
            said, decision = respond(self.messages, self._functions, self.now)
            if not decision.calls:
                self.messages.append(ChatMessage(role="assistant", content=said))
                return said
            self._run(decision.calls)
        raise AssertionError(f"tools without an end: {self.calls[-6:]}")

    def _run(self, calls: Sequence[tuple[str, str]]) -> None:
        ids = [f"call_{len(self.calls) + at}" for at in range(len(calls))]
        asked = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
            for id, (name, arguments) in zip(ids, calls, strict=True)
        ]
        self.messages.append(ChatMessage.model_validate({"role": "assistant", "tool_calls": asked}))
        for id, (name, text) in zip(ids, calls, strict=True):
            arguments = json.loads(text)
            self.calls.append((name, arguments))
            result = str(self._runs[name](**arguments))
            self.messages.append(ChatMessage(role="tool", content=result, tool_call_id=id))


def tool(description: str, /, *optional: str, **properties: Any) -> Any:
    """A tool's description and its parameters; a property is a schema, or a description."""
    schemas = {
        name: schema if isinstance(schema, dict) else {"type": "string", "description": schema}
        for name, schema in properties.items()
    }
    required = [name for name in schemas if name not in optional]
    parameters = {"type": "object", "properties": schemas, "required": required}
    return {"description": description, "parameters": parameters}


class Desk:
    """A clinic's appointments. `taken` are slots that nobody gets; results are JSON or text."""

    def __init__(self, *taken: str) -> None:
        self.taken = set(taken)
        self.booked: dict[str, dict[str, Any]] = {}

    def free_slots(self, day: str, doctor: str | None = None, part_of_day: str = "any") -> Any:
        """The free times of a day."""
        hours = {"morning": ("09:30", "10:00", "11:30"), "evening": ("17:00", "18:30")}
        parts = hours if part_of_day == "any" else {part_of_day: hours[part_of_day]}
        times = [f"{day}T{clock}" for clocks in parts.values() for clock in clocks]
        free = [at for at in times if at not in self.taken and at not in self._starts()]
        return json.dumps({"doctor": doctor or "Dr. Rao", "free": free})

    def book_appointment(self, doctor: str, start: str, name: str, phone: str) -> Any:
        """Book, and confirm from the record."""
        start = start[:16]
        if start in self.taken or start in self._starts():
            return "Not booked: that slot is taken."
        reference = f"A{101 + len(self.booked)}"
        self.booked[reference] = {"doctor": doctor, "start": start, "name": name, "phone": phone}
        return json.dumps({"reference": reference, **self.booked[reference]})

    def find_appointments(self, phone: str) -> Any:
        """The appointments under a number."""
        return json.dumps([
            {"reference": reference, "doctor": kept["doctor"], "start": kept["start"]}
            for reference, kept in self.booked.items()
            if kept["phone"] == phone
        ])  # fmt: skip

    def move_appointment(self, reference: str, new_start: str) -> Any:
        """Move one."""
        if reference not in self.booked:
            return "There is no appointment with this reference."
        self.booked[reference]["start"] = new_start[:16]
        return json.dumps({"reference": reference, **self.booked[reference]})

    def cancel_appointment(self, reference: str) -> Any:
        """Cancel one."""
        if reference not in self.booked:
            return "There is no appointment with this reference."
        del self.booked[reference]
        return f"Cancelled: {reference}."

    def _starts(self) -> set[str]:
        return {kept["start"] for kept in self.booked.values()}

    def tools(self) -> dict[str, tuple[Any, Run]]:
        """The tools as an assistant offers them."""
        doctors = {"type": "string", "enum": ["Dr. Rao", "Dr. Iyer", "Dr. Kulkarni"]}
        parts = {"type": "string", "enum": ["morning", "evening", "any"]}
        day = "ISO date, e.g. 2026-03-05"
        return {
            "opening_hours": (
                tool("When the clinic is open on a day.", day=day),
                lambda day: f"{day}: 09:30-13:00, 17:00-20:30",
            ),
            "free_slots": (
                tool("Free times of a doctor.", "doctor", "part_of_day",
                     doctor=doctors, day=day, part_of_day=parts),
                self.free_slots,
            ),
            "book_appointment": (
                tool("Book a free time.", doctor=doctors, start="Start of the slot, ISO",
                     name="The patient's name", phone="Ten digits"),
                self.book_appointment,
            ),
            "find_appointments": (
                tool("The caller's appointments.", phone="Ten digits"), self.find_appointments,
            ),
            "move_appointment": (
                tool("Move an appointment.", reference="From find_appointments",
                     new_start="ISO"),
                self.move_appointment,
            ),
            "cancel_appointment": (
                tool("Cancel an appointment.", reference="From find_appointments"),
                self.cancel_appointment,
            ),
            "transfer_to_human": (
                tool("Connect the caller to a person.", reason="Why"), lambda reason: "ok",
            ),
            "end_call": (tool("End the call."), lambda: "say goodbye to the user"),
        }  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return Desk()


@pytest.fixture
def talk(desk: Desk) -> Talk:
    """A conversation with the clinic's assistant."""
    return Talk(desk.tools(), CAREFUL, NOW)


DRIVER_PROMPT = """You call customers for Tara Couriers about a parcel that comes today.

- Verify the name first. Before that say nothing of the parcel.
- Ask for one thing at a time. Never invent a time or a charge.
- Repeat what you changed, from the tool's result.
- If the customer wants a person, transfer the call. Record the outcome before the call ends.
- Answer in the customer's language.

The address on file: 14 Gandhi Road, Adyar, Chennai.
"""


class Parcel:
    """A parcel on its way; what the tools wrote is in `written`."""

    def __init__(self, customer: str = "Priya Sharma") -> None:
        self.customer = customer
        self.written: dict[str, Any] = {}

    def verify_name(self, name: str) -> str:
        """Whether it is the customer's."""
        same = name.split()[0].casefold() == self.customer.split()[0].casefold()
        return "verified" if same else "Not verified: the order has another name."

    def confirm_delivery(self, slot: str) -> str:
        """Keep the delivery."""
        self.written["slot"] = slot
        return json.dumps({"ok": True, "slot": slot})

    def change_address(self, address: str, pincode: str) -> str:
        """Write another address."""
        if not pincode.startswith("6"):
            return "That PIN code is not served. Ask the customer for another PIN code."
        self.written |= {"address": address, "pincode": pincode}
        return json.dumps({"ok": True, "address": address, "pincode": pincode})

    def record_outcome(self, outcome: str, note: str = "") -> str:
        """Write what came of the call."""
        self.written["outcome"] = outcome
        return "ok"

    def tools(self) -> dict[str, tuple[Any, Run]]:
        """The tools as an assistant offers them."""
        slots = {"type": "string", "enum": ["today", "tomorrow_morning", "tomorrow_evening"]}
        outcomes = {
            "type": "string",
            "enum": ["confirmed", "rescheduled", "address_changed", "refused", "wrong_person",
                     "not_verified", "call_back", "transferred"],
        }  # fmt: skip
        return {
            "verify_name": (tool("Verify the customer's name.", name="Name"), self.verify_name),
            "confirm_delivery": (tool("Confirm it.", slot=slots), self.confirm_delivery),
            "change_address": (
                tool("Change the address.", address="In Latin letters", pincode="Six digits"),
                self.change_address,
            ),
            "transfer_to_human": (tool("To a person.", reason="Why"), lambda reason: "ok"),
            "record_outcome": (
                tool("Record what came of the call.", "note", outcome=outcomes, note="More"),
                self.record_outcome,
            ),
            "end_call": (tool("End the call."), lambda: "say goodbye to the user"),
        }


@pytest.fixture
def parcel() -> Parcel:
    """A parcel for Priya Sharma."""
    return Parcel()


@pytest.fixture
def delivery(parcel: Parcel) -> Talk:
    """A conversation with the delivery's assistant."""
    return Talk(parcel.tools(), DRIVER_PROMPT, NOW)
