"""What goes wrong around the tools: the model gets a message, and the conversation goes on."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import AgentSession

from assistants.clinic.desk import Desk, database
from evals.conversation import conversation
from tests.support.tool_llm import Call, ToolLLM

Book = Callable[[], list[str]]
TEN = {
    "doctor": "Dr. Rao",
    "start": "2026-12-01T10:00",
    "name": "Asha Patil",
    "phone": "98765 43210",
}
BOOKED = "rao | 2026-12-01 10:00 | Asha Patil | +919876543210 | booked"


@pytest.fixture
def call(url: str, now: datetime) -> dict[str, Any]:
    return {"now": lambda: now, "database_url": url}


async def asked_to_book(session: AgentSession[None], llm: ToolLLM) -> str:
    """What the tool returned to the model; the caller is answered."""
    llm.answers += [[Call("book_appointment", TEN)], ["Well."]]
    result = await session.run(user_input="Tomorrow at ten, please.")
    result.expect.next_event().is_function_call(name="book_appointment")
    output = result.expect.next_event().is_function_call_output().event().item.output
    result.expect.next_event().is_message(role="assistant")
    result.expect.no_more_events()
    return output


async def test_a_locked_book_fails_the_tool_and_not_the_call(
    call: dict[str, Any], file: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is confirmed; once the lock is gone, the same request works."""
    monkeypatch.setattr(database, "BUSY", 0.01)
    async with conversation("clinic", llm=(llm := ToolLLM()), **call) as session:
        llm.answers += [[Call("find_appointments", {"phone": TEN["phone"]})], ["Well."]]
        await session.run(user_input="Do I have an appointment?")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refusal = await asked_to_book(session, llm)
        assert "cannot be reached" in refusal
        assert "Do not say that anything was booked" in refusal
        other.close()
        assert book() == []
        assert (await asked_to_book(session, llm)).startswith("Booked")
    assert book() == [BOOKED]


def spoil(file: Path) -> None:
    """Have no database at its place."""
    file.mkdir()


def repair(file: Path) -> None:
    """Let the database be made."""
    file.rmdir()


async def test_a_book_that_cannot_be_made_fails_the_tool_and_not_the_call(
    call: dict[str, Any], file: Path, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator reads in the log what to do; the caller's words are not there."""
    spoil(file)
    async with conversation("clinic", llm=(llm := ToolLLM()), **call) as session:
        assert "cannot be reached" in await asked_to_book(session, llm)
        repair(file)
        assert (await asked_to_book(session, llm)).startswith("Booked")
    assert book() == [BOOKED]
    [error] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "correct DATA_DIR or DATABASE_URL" in error.getMessage()
    assert "Asha" not in caplog.text


async def test_a_desk_that_raises_fails_the_tool_and_not_the_call(
    call: dict[str, Any], book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in our own code: the model hears that it failed, and the next request works."""

    async def broken(*_: object, **__: object) -> None:
        raise KeyError("rao")

    async with conversation("clinic", llm=(llm := ToolLLM()), **call) as session:
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "book", broken)
            refusal = await asked_to_book(session, llm)
        assert "rror" in refusal or "failed" in refusal
        assert "rao" not in refusal
        assert (await asked_to_book(session, llm)).startswith("Booked")
    assert book() == [BOOKED]


@pytest.mark.parametrize("argument", TEN)
async def test_an_argument_of_5_mb_is_refused_in_few_words(
    call: dict[str, Any], book: Book, argument: str
) -> None:
    """Neither the record nor the answer has it."""
    async with conversation("clinic", llm=(llm := ToolLLM()), **call) as session:
        arguments = {**TEN, argument: "1" * 5_000_000}
        llm.answers += [[Call("book_appointment", arguments)], ["Well."]]
        await session.run(user_input="Tomorrow at ten, please.")
        assert len(llm.results[-1]) < 500
        assert (await asked_to_book(session, llm)).startswith("Booked")
    assert book() == [BOOKED]


async def test_a_result_of_5_mb_is_cut(
    call: dict[str, Any], book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be in every later request of the call."""
    async with conversation("clinic", llm=(llm := ToolLLM()), **call) as session:
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "describe", lambda *_: "Booked. " * 700_000)
            result = await asked_to_book(session, llm)
        assert len(result) < 10_000
        assert "[cut:" in result
    assert book() == [BOOKED]
