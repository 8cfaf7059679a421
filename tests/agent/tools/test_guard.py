"""Guarded tools in LiveKit's own session: every tool of an agent runs by the call's rules, and the
model sees them as they were written."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import pytest
from livekit.agents import Agent, AgentSession, AgentTask, RunContext, function_tool
from livekit.agents.llm import (
    FunctionTool,
    RawFunctionTool,
    Tool,
    ToolContext,
    Toolset,
)
from livekit.agents.llm.async_toolset import AsyncToolset
from livekit.agents.voice.run_result import mock_tools

from agent.tools import GuardedTools, ToolRuns
from tests.support.tool_llm import Call, ToolLLM

RAW = {"name": "lookup", "description": "Look up.", "parameters": {"type": "object"}}
LATIN_ONLY = "Nothing was done: write name in Latin letters"


class Unguarded(Agent):
    """The same tools without a guard."""

    @function_tool
    async def book(self, context: RunContext[Any], name: str, hour: int = 9) -> str:
        """Book a slot.

        Args:
            name: Who comes.
        """
        return f"{name} at {hour}, {context.function_call.name}"

    @function_tool(on_duplicate="confirm")
    async def cancel(self, name: str) -> str:
        """Cancel a slot."""
        return name


class Desk(GuardedTools, Unguarded):
    """Guarded."""


def schemas(agent: Agent) -> list[dict[str, Any]]:
    return ToolContext(agent.tools).parse_function_tools("openai", strict=True)


async def answer(agent: Agent, *calls: Call) -> list[str]:
    """The results of these calls, as the model gets them."""
    llm = ToolLLM(list(calls), ["Done."])
    async with AgentSession[None](llm=llm) as session:
        await session.start(agent)
        await session.run(user_input="Please.")
        return llm.results


def test_a_model_sees_the_same_tools() -> None:
    """Names, descriptions and parameters; the added context is none."""
    assert schemas(Desk(instructions="")) == schemas(Unguarded(instructions=""))


def test_the_tools_are_the_same_objects_each_time() -> None:
    """LiveKit drops a preemptive reply whose tools are others by the end of the turn."""
    desk = Desk(instructions="")
    assert desk.tools == desk.tools
    assert [tool.id for tool in desk.tools] == ["book", "cancel"]


async def test_a_method_gets_its_arguments_defaults_and_context() -> None:
    """As from LiveKit."""
    calls = (Call("book", {"name": "Asha"}), Call("book", {"name": "Ravi", "hour": 10}))
    expected = ["Asha at 9, book", "Ravi at 10, book"]
    assert await answer(Unguarded(instructions=""), *calls) == expected
    assert await answer(Desk(instructions=""), *calls) == expected


class Shelf(Toolset):
    """Has its tools only once it is set up."""

    def __init__(self) -> None:
        super().__init__(id="shelf")
        self.is_open = False

    async def setup(self) -> Self:
        self.is_open = True
        self._tools = [lookup_tool("lookup")]
        return self

    async def aclose(self) -> None:
        self.is_open = False


def lookup_tool(name: str) -> Tool:
    async def lookup(raw_arguments: dict[str, object]) -> str:
        return str(raw_arguments["name"])

    return function_tool(lookup, raw_schema=RAW | {"name": name})


@function_tool
async def greet(name: str) -> str:
    """Greet."""
    return f"hello {name}"


async def test_tools_of_all_origins_are_guarded() -> None:
    """Methods, the constructor's, raw ones, toolsets, those that survive a hand-off, and what is
    added in the call."""
    shelf = Shelf()
    later = function_tool(greet, name="later", description="Later.")

    class Adding(Desk):
        async def on_enter(self) -> None:
            await self.update_tools([*self.tools, later])

    kept = AsyncToolset(id="kept", tools=[lookup_tool("kept")])
    desk = Adding(instructions="", tools=[greet, lookup_tool("raw"), shelf, kept])
    names = ("book", "greet", "raw", "lookup", "kept", "later")
    results = await answer(desk, *(Call(name, {"name": "आशा"}) for name in names))
    assert len(results) == len(names)
    assert all(result.startswith(LATIN_ONLY) for result in results)
    assert not shelf.is_open
    results = await answer(
        Adding(instructions="", tools=[greet, lookup_tool("raw"), Shelf(), kept]),
        *(Call(name, {"name": "Asha"}) for name in names),
    )
    assert sorted(results) == sorted(
        ["Asha at 9, book", "hello Asha", "Asha", "Asha", "Asha", "hello Asha"]
    )


async def test_a_hand_off_and_a_task_in_a_tool_work() -> None:
    """LiveKit's own: the tool awaits a conversation, then the next agent takes over."""

    class AskName(GuardedTools, AgentTask[str]):
        async def on_enter(self) -> None:
            self.session.generate_reply(instructions="Ask for the name.")

        @function_tool
        async def take(self, name: str) -> None:
            """Take the name."""
            self.complete(name)

    names = []

    class Reception(GuardedTools, Agent):
        @function_tool
        async def register(self) -> Agent:
            """Register the caller."""
            names.append(await AskName(instructions="Ask."))
            return Desk(instructions="")

    llm = ToolLLM(
        [Call("register", {})],
        ["What is your name?"],
        [Call("take", {"name": "Asha"})],
        [Call("book", {"name": "Asha"})],
        ["Booked."],
    )
    async with AgentSession[None](llm=llm) as session:
        await session.start(Reception(instructions=""))
        await session.run(user_input="Hello.")
        await session.run(user_input="Asha.")
        assert names == ["Asha"]
        assert isinstance(session.current_agent, Desk)
        await session.run(user_input="Book it.")
        assert llm.results[-1] == "Asha at 9, book"


async def test_livekits_mocks_stand_in_for_guarded_tools() -> None:
    """Tests of an assistant use them."""
    with mock_tools(Desk, {"book": lambda context, name: f"mocked {name}"}):
        assert await answer(Desk(instructions=""), Call("book", {"name": "A"})) == ["mocked A"]


async def test_a_native_name_is_written_in_latin_where_the_call_can() -> None:
    """Before the tool runs; what cannot be written is named in the refusal."""
    llm = ToolLLM(
        [Call("book", {"name": "आशा"}), Call("book", {"name": "ஆஷா"})],
        ["Done."],
    )
    async with AgentSession[None](llm=llm) as session:
        ToolRuns(to_latin=lambda text: {"आशा": "Asha"}.get(text, text)).attach(session)
        await session.start(Desk(instructions=""))
        await session.run(user_input="Please.")
    assert llm.results[0] == "Asha at 9, book"
    assert llm.results[1].startswith(LATIN_ONLY)


@pytest.mark.parametrize("kind", [FunctionTool, RawFunctionTool])
def test_a_guarded_tool_is_a_tool_of_its_kind(kind: type[Tool]) -> None:
    """LiveKit asks."""
    tools = Desk(instructions="", tools=[lookup_tool("raw")]).tools
    assert sum(isinstance(tool, kind) for tool in tools) == (2 if kind is FunctionTool else 1)


async def test_sessions_of_one_process_do_not_share_runs() -> None:
    """Each call has its own ledger."""
    one, other = AgentSession[None](), AgentSession[None]()
    assert ToolRuns.of(one) is ToolRuns.of(one)
    assert ToolRuns.of(one) is not ToolRuns.of(other)
    await asyncio.gather(one.aclose(), other.aclose())
