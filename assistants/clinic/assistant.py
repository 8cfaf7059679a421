"""The receptionist of Asha Clinic in Pune, and her tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from livekit.agents import RunContext, ToolError, function_tool
from livekit.agents.beta.tools import EndCallTool
from livekit.agents.llm import ChatContext, Toolset

from agent.assistant import Assistant, CallInfo, tool_rules
from agent.forms import PhoneNumberTask

from .desk import Desk, DeskError, load_clinic
from .outcome import Changes, ClinicOutcome
from .script import script

PartOfDay = Literal["morning", "evening", "any"]

# The clinic is closed in between.
_NOON: Final = "14:00"
_PARTS: Final[dict[PartOfDay, dict[str, str]]] = {
    "morning": {"before": _NOON},
    "evening": {"after": _NOON},
    "any": {},
}
# Read with the module, so that a mistake in it is found at start-up, and no call waits for it.
_CLINIC: Final = load_clinic()


class Receptionist(Assistant):
    """Answers questions by her prompt; finds, books, moves and cancels appointments by her tools.

    Each tool returns what is in the book, or raises what the desk says against it. All may run
    again: the desk itself does once what is asked for twice, and a first result may be out of date.
    """

    outcome = ClinicOutcome

    def __init__(self, call: CallInfo) -> None:
        # Nothing is opened before the first tool needs it.
        self._desk = Desk(call.database_url, call.now, clinic=_CLINIC)
        self._changes = Changes()
        super().__init__(call, tools=[EndCallTool(on_tool_completed=self._say_goodbye)])

    def present(self) -> str:
        """Date and time, and the holidays that can be asked for: no tool has to look them up."""
        return f"{super().present()} {self._desk.holidays()}"

    async def on_exit(self) -> None:
        """Close the book at the end of the call."""
        await self._desk.aclose()

    async def call_outcome(self, history: ChatContext) -> ClinicOutcome | None:
        """What was done in the book; None if the caller has not spoken."""
        if not any(message.role == "user" for message in history.messages()):
            return None
        return self._changes.outcome(
            {item.name for item in history.items if item.type == "function_call"}
        )

    @function_tool
    @tool_rules(repeatable=True)
    async def free_slots(self, doctor: str, day: str, part_of_day: PartOfDay = "any") -> str:
        """Look up the free times of a doctor on a day. Offer no time that this has not returned.

        Args:
            doctor: The doctor's name.
            day: YYYY-MM-DD.
            part_of_day: morning until 1 p.m., evening from 5 p.m.; any for the whole day.
        """
        with _refusals():
            return str(await self._desk.free_slots(doctor, day, **_PARTS[part_of_day]))

    @function_tool
    @tool_rules(any_script=True)
    async def take_phone_number(self, said: str = "") -> str:
        """Have the caller asked for the mobile number. It is read back and corrected before this
        returns it, so do neither yourself.

        Args:
            said: What the caller has already said of the number.
        """
        return await PhoneNumberTask(self.call, heard=said)

    @function_tool
    @tool_rules(repeatable=True)
    async def book_appointment(
        self, context: RunContext[None], doctor: str, start: str, name: str, phone: str
    ) -> str:
        """Book a free time, once the caller has agreed to it. Returns the appointment as booked.

        Args:
            doctor: The doctor's name.
            start: YYYY-MM-DDTHH:MM, as returned by free_slots.
            name: The patient's name in Latin letters, as on an English form.
            phone: The mobile number, ten digits.
        """
        with _refusals():
            key = self._key(context)
            booked = await self._desk.book(doctor, start, name, phone, key=key)
        self._changes.note("booked", booked)
        return self._desk.describe(booked)

    @function_tool
    @tool_rules(repeatable=True)
    async def find_appointments(self, phone: str) -> str:
        """Look up the appointments to come of a phone number, each with its reference.

        Args:
            phone: The mobile number that they were booked with, ten digits.
        """
        with _refusals():
            found = await self._desk.find(phone=phone)
        if not found:
            return (
                "No appointments to come under this number. Read the number back to the caller, "
                "and ask whether it was another one."
            )
        return "\n".join(map(self._desk.describe, found))

    @function_tool
    @tool_rules(repeatable=True)
    async def move_appointment(
        self, context: RunContext[None], reference: str, start: str, doctor: str = ""
    ) -> str:
        """Move an appointment to another free time, once the caller has agreed to it. Returns the
        appointment as it is then.

        Args:
            reference: Six digits, from find_appointments or book_appointment.
            start: The new time, YYYY-MM-DDTHH:MM, as returned by free_slots.
            doctor: The new doctor's name, only if the doctor changes.
        """
        with _refusals():
            key = self._key(context)
            moved = await self._desk.move(reference, start, doctor=doctor, key=key)
        self._changes.note("moved", moved)
        return self._desk.describe(moved)

    @function_tool
    @tool_rules(repeatable=True)
    async def cancel_appointment(self, reference: str) -> str:
        """Cancel an appointment, once the caller has said which and confirmed it.

        Args:
            reference: Six digits, from find_appointments or book_appointment.
        """
        with _refusals():
            cancelled = await self._desk.cancel(reference)
        self._changes.note("cancelled", cancelled)
        return self._desk.describe(cancelled)

    async def _say_goodbye(self, ended: Toolset.ToolCompletedEvent) -> None:
        """Say the stock phrase, whole, instead of one more answer of the model; LiveKit then ends
        the call. A caller who has changed the language hears the model's goodbye."""
        speech, goodbye = self.call.speech, self.call.speech.phrases.goodbye
        said = next((m for m in reversed(self.chat_ctx.messages()) if m.role == "assistant"), None)
        if said is None or script(said.text_content or "") != script(goodbye):
            return
        speech.say(
            self.session, goodbye, allow_interruptions=False, is_part_of_the_conversation=True
        )
        ended.output = None

    def _key(self, context: RunContext[None]) -> str:
        """Names the caller's turn: what is asked for twice in it is done once."""
        messages = reversed(context.session.history.messages())
        turn = next((message.id for message in messages if message.role == "user"), "")
        return f"{self.call.id}/{turn}"


@contextmanager
def _refusals() -> Iterator[None]:
    """What the desk says against a request, as LiveKit returns it to the model."""
    try:
        yield
    except DeskError as error:
        raise ToolError(str(error)) from error
