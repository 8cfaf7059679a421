"""The outcome of a call in LiveKit's session: taken once, kept, and never in the call's way."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import Agent, AgentSession
from livekit.agents.llm import ChatContext
from pydantic import BaseModel

from agent.outcome import CallOutcome, DeclaresOutcome, Spool
from tests.support import virtual_clock
from tests.support.tool_llm import Piece, ToolLLM

SECRET = "my secret words"


class Order(BaseModel):
    """An order."""

    item: str


class Shop(DeclaresOutcome, Agent):
    """Asks the LLM."""

    outcome = Order


class Call:
    """A call of a shop that has ended, and what is kept of it."""

    def __init__(self, folder: Path, *answers: list[Piece], agent: Any = None) -> None:
        self.llm = ToolLLM(["Hello."], *answers)
        self.agent = agent or Shop(instructions="Sell tea.")
        self.lines: list[str] = []
        self.spool = Spool(folder)
        self.session: AgentSession[None] = AgentSession(llm=self.llm)
        self.taking = CallOutcome(
            self.session,
            self.agent,
            call="room",
            assistant="shop",
            language=lambda: "hi-IN",
            write=self.lines.append,
            spool=self.spool,
        )

    async def happen(self) -> None:
        """One turn, the end, and the outcome."""
        await self.session.start(self.agent)
        await self.session.run(user_input=f"Tea, please. {SECRET}")
        await self.session.aclose()
        await self.taking.take()

    @property
    def data(self) -> dict[str, Any]:
        """Of the event, which the spool has, too."""
        (line,) = self.lines
        (event,) = self.spool.waiting()
        with self.spool.lock(event) as body:
            assert body == line.encode()
        assert json.loads(line)["id"] == event.id
        data: dict[str, Any] = json.loads(line)["data"]
        return data


async def test_the_outcome_is_taken_from_the_whole_conversation(tmp_path: Path) -> None:
    """After the session has closed; a second time it is not taken."""
    call = Call(tmp_path, ['{"item": "tea"}'])
    await call.happen()
    await call.taking.take()
    assert call.data["outcome"] == {"item": "tea"}
    assert call.data["problem"] is None
    assert call.data["reason"] == "user_initiated"
    assert call.data["language"] == "hi-IN"
    assert "caller: Tea, please." in str(call.llm.seen[-1].items[-1])
    assert "agent: Hello." in str(call.llm.seen[-1].items[-1])


class Records(Shop):
    """Knows better."""

    found: Any = Order(item="chai")

    async def call_outcome(self, history: ChatContext) -> BaseModel | None:
        if isinstance(self.found, Exception):
            raise self.found
        if isinstance(self.found, float):
            await asyncio.sleep(self.found)
        return self.found if isinstance(self.found, BaseModel) else None


@pytest.mark.parametrize(
    ("found", "outcome", "problem"),
    [
        (Order(item="chai"), {"item": "chai"}, None),
        (None, None, None),
        (ValueError(SECRET), None, "the assistant's call_outcome failed"),
    ],
)
async def test_an_assistant_may_take_it_from_its_records(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, found: Any, outcome: Any, problem: Any
) -> None:
    """The LLM is not asked. An error is logged with its line and without its message."""
    agent = Records(instructions="")
    agent.found = found
    call = Call(tmp_path, agent=agent)
    await call.happen()
    assert call.data["outcome"] == outcome
    assert call.data["problem"] == problem
    assert len(call.llm.seen) == 1
    if problem:
        (error,) = (record for record in caplog.records if record.levelno == logging.ERROR)
        assert vars(error)["error"] == "ValueError"
        assert f"{__file__}:" in vars(error)["line"]
    shown = [f"{r.getMessage()} {r.exc_text}" for r in caplog.records if "outcome" in r.name]
    assert SECRET not in " ".join(shown)


@virtual_clock.without_sockets
async def test_records_that_hang_are_left(tmp_path: Path) -> None:
    """The job ends."""
    agent = Records(instructions="")
    agent.found = 100.0
    call = Call(tmp_path, agent=agent)
    await call.happen()
    assert call.data["problem"] == "the assistant took more than 8 seconds"


async def test_an_llm_that_gives_none_is_a_problem_in_the_event(tmp_path: Path) -> None:
    """The receiver learns that the call has ended."""
    call = Call(tmp_path, ["tea"], ["more tea"])
    await call.happen()
    assert call.data["outcome"] is None
    assert call.data["problem"].startswith("the LLM's answer does not fit")


async def test_nothing_is_taken_where_nothing_keeps_it(tmp_path: Path) -> None:
    """Nor of an assistant without an outcome: no request is paid for."""
    call = Call(tmp_path)
    silent = CallOutcome(
        call.session,
        call.agent,
        call="room",
        assistant="shop",
        language=lambda: "hi-IN",
        write=None,
        spool=None,
    )
    await silent.take()
    Shop.outcome = None  # type: ignore[assignment]
    try:
        await call.happen()
    finally:
        Shop.outcome = Order
    assert call.lines == []
    assert call.spool.waiting() == []
    assert len(call.llm.seen) == 1


async def test_a_spool_that_cannot_be_written_is_an_error_in_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The journal has the event."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    call = Call(blocked, ['{"item": "tea"}'])
    await call.happen()
    assert len(call.lines) == 1
    assert "an outcome is lost to the webhook" in caplog.text
    assert "DATA_DIR" in str([vars(record).get("look_at") for record in caplog.records])


class Bill(BaseModel):
    """A bill."""

    total: float


class Till(Shop):
    """Sums up."""

    outcome = Bill


async def test_a_number_that_json_does_not_know_is_null(tmp_path: Path) -> None:
    """Python's `NaN` would have receivers refuse the event for two weeks."""
    call = Call(tmp_path, ['{"total": NaN}'], agent=Till(instructions="Sell tea."))
    await call.happen()
    assert call.data["outcome"] == {"total": None}
