"""One call by text, in LiveKit's session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livekit.agents import Agent, RunContext, function_tool
from livekit.agents.llm import ChatContext, ToolError
from pydantic import BaseModel

from evals.caller.engine import HangUp, Heard, Line
from evals.records.database import Database
from evals.runner.text import HeldCall, hold
from tests.evals.fake_desk import FakeLLM
from tests.evals.judges.calls import caller


class Lines:
    """Says these lines, then hangs up."""

    def __init__(self, *lines: str, is_goodbye: bool = False) -> None:
        self.lines = list(lines)
        self.is_goodbye = is_goodbye
        self.heard: list[Heard] = []

    async def next(self, heard: Heard) -> Line | HangUp:
        self.heard.append(heard)
        if not self.lines:
            return HangUp("done")
        return Line(self.lines.pop(0), "en-IN", is_goodbye=self.is_goodbye)


class _Agent(Agent):
    def __init__(self) -> None:
        super().__init__(instructions="Be good.")

    @function_tool
    async def fails(self) -> str:
        """Fail."""
        raise ToolError("not today")

    @function_tool
    async def ends(self, context: RunContext[Any]) -> str:
        """End the call."""
        context.session.shutdown(drain=False)
        return "ended"


class _Outcome(BaseModel):
    messages: int


class LLM(FakeLLM):
    """Says these things, one for each request; an exception is raised."""

    def __init__(self, *replies: Any) -> None:
        super().__init__()
        self.replies = list(replies)
        self.rules = self  # type: ignore[assignment]

    def reply(self, items: list[Any]) -> Any:
        said = self.replies.pop(0)
        if isinstance(said, Exception):
            raise said
        return [said]


async def held(folder: Path, llm: LLM, lines: Lines, **options: Any) -> HeldCall:
    """A call to the agent above."""
    database = Database(f"sqlite:///{folder / 'records.sqlite3'}")
    return await hold(caller(), lines, _Agent(), llm, database, **options)


async def test_turns_are_noted(tmp_path: Path) -> None:
    """Words of both sides, and the prompt."""
    lines = Lines("one", "two")
    made = await held(tmp_path, LLM("First.", "Second."), lines)
    assert [(t.number, t.caller, t.reply) for t in made.transcript.turns] == [
        (0, "", ""),
        (1, "one", "First."),
        (2, "two", "Second."),
    ]
    assert [heard.words for heard in lines.heard] == ["", "First.", "Second."]
    assert made.transcript.instructions == "Be good."
    assert made.transcript.ended == "done"
    assert [m.text_content for m in made.history.messages()] == ["one", "First.", "two", "Second."]


async def test_a_failed_tool_is_noted_as_failed(tmp_path: Path) -> None:
    """With its message; the caller does not take it for a success."""
    lines = Lines("one")
    made = await held(tmp_path, LLM(("fails", "{}"), "Sorry."), lines)
    (tool,) = made.transcript.tools
    assert (tool.name, tool.failed) == ("fails", True)
    assert "not today" in tool.output
    assert lines.heard[-1].tools == frozenset()


async def test_a_model_that_fails_ends_the_call(tmp_path: Path) -> None:
    """The turn says why."""
    made = await held(tmp_path, LLM(ValueError("broken")), Lines("one", "two"))
    assert made.transcript.ended == "a turn failed"
    assert "broken" in made.transcript.turns[-1].error


async def test_an_agent_that_ends_the_call_is_noted(tmp_path: Path) -> None:
    """The caller has nobody to talk to, and had not said goodbye."""
    made = await held(tmp_path, LLM(("ends", "{}"), "Bye."), Lines("one", "two"))
    assert made.transcript.ended == "the agent ended the call"


async def test_an_agent_may_end_the_call_at_a_goodbye(tmp_path: Path) -> None:
    """Although the caller has more of them."""
    lines = Lines("bye", "goodbye", is_goodbye=True)
    made = await held(tmp_path, LLM(("ends", "{}"), "Bye."), lines)
    assert made.transcript.ended == "done"
    assert len(made.transcript.turns) == 2


async def test_the_assistant_is_asked_what_came_of_the_call(tmp_path: Path) -> None:
    """At its end, from the history."""

    async def outcome(history: ChatContext) -> _Outcome:
        return _Outcome(messages=len(history.messages()))

    made = await held(tmp_path, LLM("First."), Lines("one"), outcome=outcome)
    assert made.transcript.outcome == {"messages": 2}
    assert (await held(tmp_path, LLM("First."), Lines("one"))).transcript.outcome is None
