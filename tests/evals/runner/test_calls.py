"""Callers call a small assistant, and what is wrong with it is found."""

from __future__ import annotations

import pytest

from evals.records.database import DatabaseError
from evals.results import Run
from evals.runner.calls import Options, call, call_all
from tests.evals.fake_desk import FakeDesk, FakeLLM, fake_file


async def run(bug: str) -> Run:
    """The one caller of the file calls."""
    file = fake_file()
    return await call_all(FakeDesk(bug), file, file.callers, FakeLLM(bug), Options())


async def test_a_good_assistant_passes() -> None:
    """Greeting, questions, booking, goodbye."""
    made = await run("")
    (result,) = made.results
    assert result.findings == ()
    assert [tool.name for tool in result.call.tools] == ["book"]
    assert result.call.turns[0].reply == "Hello, how can I help you?"
    assert result.call.ended == "done"


@pytest.mark.parametrize(
    ("bug", "rules"),
    [
        ("wrong day", {"records", "read-back"}),
        ("not written", {"records", "read-back"}),
        ("price", {"sources"}),
        ("two things", {"one thing"}),
        ("language", {"language"}),
        ("invented", {"sources"}),
        ("markup", {"speech"}),
        ("silent", {"replies"}),
        ("twice", {"once", "records"}),
    ],
)
async def test_a_bug_is_found(bug: str, rules: set[str]) -> None:
    """By the rule that is for it."""
    made = await run(bug)
    assert rules <= {finding.rule for finding in made.results[0].findings}
    assert made.failed


@pytest.mark.parametrize(
    ("make", "problem"),
    [("nothing:here", "No module named"), ("fake_desk:nothing", "has no attribute 'nothing'")],
)
async def test_what_makes_the_tables_must_be_there(make: str, problem: str) -> None:
    """The file names a module of the assistant's folder."""
    file = fake_file()
    file = file.model_copy(update={"database": file.database.model_copy(update={"make": make})})
    with pytest.raises(DatabaseError, match=problem):
        await call(FakeDesk(), file, file.callers[0], FakeLLM(), Options())
