"""A caller, in text, and an assistant that awaits a task."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.llm import FunctionToolCall
from livekit.agents.voice.run_result import RunResult

from agent.assistant import Assistant, CallInfo
from agent.assistant.call_info import INDIA
from agent.forms.task import FormNotGiven, FormTask
from tests.support.clinic import CLINIC
from tests.support.scripted_llm import ScriptedLLM

NOW = datetime(2026, 11, 29, 15, 0, tzinfo=INDIA)
"""A Sunday."""


class Desk(Assistant):
    """Awaits one task, and keeps what comes of it."""

    def __init__(self, call: CallInfo, task: FormTask[Any]) -> None:
        super().__init__(call, instructions="Be brief.")
        self.awaited = task
        self.result: Any = None

    async def on_enter(self) -> None:
        try:
            self.result = await self.awaited
        except FormNotGiven as error:
            self.result = error


class Conversation:
    """What is said, and the tools that are called."""

    def __init__(self, session: AgentSession[None], desk: Desk, llm: ScriptedLLM) -> None:
        self.session = session
        self.desk = desk
        self.llm = llm
        self.asked: list[str] = []
        """What the agent says as the task begins."""
        self.tools: list[str] = []

    @property
    def result(self) -> Any:
        """The task's value, or the error that it has ended with; None while it lasts."""
        return self.desk.result

    async def say(self, text: str) -> list[str]:
        """Say something; returns what the agent says then."""
        return self.heard(await self.session.run(user_input=text))

    def heard(self, run: RunResult[None]) -> list[str]:
        """What the agent has said in a run; notes its tools."""
        items: list[Any] = [event.item for event in run.events if hasattr(event, "item")]
        self.tools += [item.name for item in items if item.type == "function_call"]
        messages = [item for item in items if item.type == "message" and item.role == "assistant"]
        return [message.text_content for message in messages]


@asynccontextmanager
async def conversation(
    make: Callable[[CallInfo], FormTask[Any]], *, language: str = "en-IN", **session: Any
) -> AsyncIterator[Conversation]:
    """A session whose assistant awaits this task; its LLM answers "Because"."""
    call = CLINIC.new_call(language)
    call.greets_on_enter = False
    call.now = lambda: NOW
    llm = ScriptedLLM("Because.")
    async with AgentSession[None](llm=llm, **session) as made:
        desk = Desk(call, make(call))
        begun = Conversation(made, desk, llm)
        begun.asked = begun.heard(await made.start(desk, capture_run=True))
        yield begun


def tool_call(name: str, **arguments: str) -> FunctionToolCall:
    """As an LLM writes it."""
    return FunctionToolCall(name=name, arguments=json.dumps(arguments), call_id=f"call_{name}")
