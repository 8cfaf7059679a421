"""LiveKit's own session with tools, over its plugin, against the stand-in: the tools' effect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from livekit.agents import Agent, AgentSession, ToolError, function_tool
from livekit.plugins import openai

from .tool_dialogue.conftest import CAREFUL, Desk


class Receptionist(Agent):
    """A clinic's assistant as LiveKit's documents write one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(instructions=CAREFUL)
        self._desk = desk

    @function_tool
    async def free_slots(self, day: str, doctor: str | None = None) -> str:
        """The free times of a doctor.

        Args:
            day: ISO date
            doctor: The doctor's name
        """
        return str(self._desk.free_slots(day, doctor))

    @function_tool
    async def book_appointment(self, doctor: str, start: str, name: str, phone: str) -> str:
        """Book a free time.

        Args:
            doctor: The doctor's name
            start: YYYY-MM-DDTHH:MM
            name: The patient's name in Latin letters
            phone: Ten digits
        """
        result = str(self._desk.book_appointment(doctor, start, name, phone))
        if result.startswith("Not"):
            raise ToolError(result)
        return result


@pytest.fixture
async def session(host: str, desk: Desk) -> AsyncIterator[Any]:
    """A session by text with that assistant."""
    model = openai.LLM(model="gpt-test", api_key="key", base_url=f"http://{host}/v1")
    async with AgentSession(llm=model) as made:
        await made.start(Receptionist(desk))
        yield made
    await model.aclose()


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return Desk()


async def say(session: Any, *texts: str) -> Any:
    """The result of the last of these turns."""
    for text in texts:
        result = await session.run(user_input=text)
    return result


async def test_a_session_books_through_its_tools(session: Any, desk: Desk) -> None:
    """LiveKit runs the streamed calls, and their results lead to the next words."""
    result = await say(session, "an appointment tomorrow please")
    result.expect.next_event().is_function_call(
        name="free_slots", arguments={"day": "2026-03-05", "doctor": "Dr. Rao"}
    )
    result.expect.next_event().is_function_call_output()
    words = result.expect.next_event().is_message(role="assistant").event().item.text_content
    assert "9:30 a.m. or 5 p.m." in words
    await say(session, "ten o'clock", "ravi kumar", "98765 43210")
    assert not desk.booked
    await say(session, "yes")
    assert desk.booked["A101"]["start"] == "2026-03-05T10:00"
    assert desk.booked["A101"]["name"] == "Ravi Kumar"


async def test_an_error_that_a_tool_raises_is_reported(session: Any, desk: Desk) -> None:
    """The caller hears that the time is lost, and gets others."""
    await say(session, "tomorrow at ten, my name is ravi, 98765 43210, book it")
    desk.taken.add("2026-03-05T10:00")
    result = await say(session, "yes")
    words = result.events[-1].item.text_content
    assert "taken" in words or "not free" in words
    assert "9:30 a.m." in words
    assert desk.booked == {}
