"""A simulated caller in a real room: the worker as in production, with the callers' clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.assistant.load import load_assistant
from evals.callers.load import load
from evals.command import chosen
from evals.sound.calls import call_all_by_sound

CLINIC = Path(__file__).parents[2] / "assistants" / "clinic"

pytestmark = [pytest.mark.real_time, pytest.mark.timeout(240)]


async def test_a_caller_books_by_sound() -> None:
    """What she wanted is in the database, and the worker's tools are known."""
    file = load(CLINIC)
    callers = chosen(file, ["en-hurried-books-rao"])
    made = await call_all_by_sound(load_assistant(CLINIC), CLINIC, file, callers)
    (result,) = made.results
    assert not [found for found in result.findings if found.rule in ("end", "records", "tools")]
    assert [tool.name for tool in result.call.tools][:2] == ["free_slots", "book_appointment"]
    assert "Asha Clinic" in result.call.turns[0].reply
