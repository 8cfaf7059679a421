"""A small assistant that books tables, with bugs on demand, and the LLM that drives it by rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, Agent, function_tool
from livekit.agents.llm import LLM, ChatChunk, ChatContext, ChoiceDelta, FunctionToolCall, LLMStream
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, create_engine, insert
from sqlalchemy.pool import NullPool

from evals.callers.schema import CallerFile

NOW = datetime.fromisoformat("2026-12-01T09:10:00+05:30")
"""A Tuesday."""
PROMPT = "You book tables. One thing at a time. A table costs Rs. 500. Open 9:30 a.m. to 1 p.m."
metadata = MetaData()
bookings = Table(
    "bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("start", DateTime),
)


def make_tables(url: str) -> None:
    """Make the tables of a database."""
    metadata.create_all(create_engine(url, poolclass=NullPool))


FILE = """
now = 2026-12-01T09:10:00+05:30
[database]
make = "fake_desk:make_tables"
read_back = { bookings = ["start"] }
[[callers]]
id = "books"
language = "en-IN"
persona = "calm"
goal = "A table tomorrow at ten"
opens = "I want a table"
says.day = "tomorrow"
says.time = "at 10:00 please"
says.name = "Anita"
[callers.expect]
calls = ["book"]
rows = [{ table = "bookings", where = { name = "Anita", start = 2026-12-02T10:00:00 } }]
"""


def fake_file() -> CallerFile:
    """The callers of the small assistant."""
    return CallerFile.model_validate(tomllib.loads(FILE))


@dataclass(slots=True)
class FakeDesk:
    """An assistant as `agent.assistant.load` loads one.

    Args:
        bug: What is wrong with it; empty: nothing.
    """

    bug: str = ""
    name: str = "desk"

    @property
    def entry(self) -> type[Agent]:
        return _Agent

    def new_call(self, code: str | None = None, **details: Any) -> dict[str, Any]:
        return details | {"bug": self.bug}

    def answer(self, call: dict[str, Any]) -> Agent:
        return _Agent(call)


class _Agent(Agent):
    def __init__(self, call: dict[str, Any]) -> None:
        super().__init__(instructions=PROMPT)
        self._call = call

    async def on_enter(self) -> None:
        self.session.say("Hello, how can I help you?")

    @function_tool
    async def book(self, name: str) -> str:
        """Book a table."""
        start = datetime.fromisoformat("2026-12-02T10:00")
        written = start + timedelta(days=self._call["bug"] == "wrong day")
        if self._call["bug"] != "not written":
            engine = create_engine(self._call["database_url"], poolclass=NullPool)
            with engine.begin() as connection:
                connection.execute(insert(bookings).values(name=name, start=written))
        return f"booked for {name} at {start.isoformat()}"


@dataclass(slots=True)
class RuleLLM:
    """What the LLM says next, from the conversation."""

    bug: str = ""
    asked: list[str] = field(default_factory=list)

    def reply(self, items: list[Any]) -> Iterator[str | tuple[str, str]]:
        last = items[-1]
        if last.type == "function_call_output":
            price = " It costs Rs. 750." if self.bug == "price" else ""
            yield f"Done, booked on Wednesday at 10:00.{price} Anything else?"
            return
        said = [one.text_content for one in items if one.type == "message" and one.role == "user"]
        if self.bug == "silent" and len(said) == 2:
            return
        if re.search(r"no, that is all", said[-1], re.I):
            yield "Goodbye."
            return
        yield from self._step(len(said))

    def _step(self, turn: int) -> Iterator[str | tuple[str, str]]:
        if self.bug == "two things" and turn == 1:
            yield "Which day, and what time would you like?"
        elif turn == 1:
            yield "किस दिन आना चाहेंगे आप?" if self.bug == "language" else "Which day suits you?"
        elif turn == 2 and self.bug != "two things":
            offer = "7:15 and 10:00 are free." if self.bug == "invented" else "Fine."
            yield f"{offer} And at what time?"
        elif turn == 3 or (turn == 2 and self.bug == "two things"):
            yield "May I have your name? **Please**" if self.bug == "markup" else "And your name?"
        else:
            yield ("book", '{"name": "Anita"}')
            if self.bug == "twice":
                yield ("book", '{"name": "Anita"}')


class FakeLLM(LLM[Any]):
    """Streams what `RuleLLM` says."""

    def __init__(self, bug: str = "") -> None:
        super().__init__()
        self.rules = RuleLLM(bug)

    @property
    def model(self) -> str:
        return "rules"

    def chat(self, *, chat_ctx: ChatContext, **_: Any) -> LLMStream:
        return _Answer(self, chat_ctx=chat_ctx, tools=[], conn_options=DEFAULT_API_CONNECT_OPTIONS)


class _Answer(LLMStream):
    async def _run(self) -> None:
        assert isinstance(self._llm, FakeLLM)
        for number, said in enumerate(self._llm.rules.reply(self._chat_ctx.items)):
            delta = ChoiceDelta(role="assistant", content=said if isinstance(said, str) else None)
            if isinstance(said, tuple):
                name, arguments = said
                call_id = f"call_{len(self._chat_ctx.items)}_{number}"
                delta.tool_calls = [
                    FunctionToolCall(name=name, arguments=arguments, call_id=call_id)
                ]
            self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))
