"""Bad schemas of tools are found at start-up, with file and line."""

from __future__ import annotations

import inspect
import threading
from typing import Any

from livekit.agents import Agent, RunContext, function_tool

from agent.tools.schemas import problems_of


class Good(Agent):
    """Its constructor is not called."""

    def __init__(self) -> None:
        raise AssertionError

    @function_tool
    async def book(self, context: RunContext[Any], name: str, day: int | None = None) -> str:
        """Book a slot.

        Args:
            name: Who comes.
        """
        return name + str(day)


class Bad(Agent):
    """Every kind of mistake."""

    @function_tool
    async def untyped(self, name) -> str:  # type: ignore[no-untyped-def]
        """No type."""
        return str(name)

    @function_tool
    async def undocumented(self, name: str) -> str:
        return name

    @function_tool
    async def odd(self, lock: threading.Thread) -> str:
        """A type that JSON does not know."""
        return str(lock)

    @function_tool(name="with space")
    async def spaced(self) -> str:
        """A name that no provider takes."""
        return ""

    @function_tool
    async def rest(self, *items: str) -> str:
        """Arguments without names."""
        return str(items)

    @function_tool
    async def options(self, **items: str) -> str:
        """Arguments with any name."""
        return str(items)

    @function_tool
    async def nameless(self, item: str, /) -> str:
        """An argument that cannot be given by its name."""
        return item

    @function_tool
    async def reserved(self, guarded_run: str) -> str:
        """A name that the guard gives its own parameter."""
        return guarded_run

    @function_tool(raw_schema={"name": "raw", "description": "No.", "parameters": "none"})
    async def raw(self, raw_arguments: dict[str, Any]) -> str:
        return str(raw_arguments)


def test_good_tools_have_no_problems() -> None:
    """The context is no argument, and neither is the agent."""
    assert problems_of(Good) == []


def test_each_bad_tool_is_a_line_with_its_place() -> None:
    """What is wrong, and where."""
    problems = problems_of(Bad)
    expected = {
        "untyped": "needs a type for its parameter 'name'",
        "undocumented": "needs a docstring",
        "odd": "has a bad schema",
        "spaced": "needs another name",
        "rest": "must name each argument, without *items",
        "options": "must name each argument, without **items",
        "nameless": "must name each argument, without /",
        "reserved": "needs another name for its parameter 'guarded_run'",
        "raw": "has a bad schema: `parameters` must be a table",
    }
    assert len(problems) == len(expected)
    for name, words in expected.items():
        _, line = inspect.getsourcelines(inspect.unwrap(getattr(Bad, name)))
        place = f"tests/agent/tools/test_schemas.py:{line}: the tool "
        assert any(p.startswith(place) and words in p for p in problems), (name, problems)


def test_two_tools_with_one_name_are_a_problem() -> None:
    """LiveKit refuses both, in the first turn."""

    @function_tool
    async def book(name: str) -> str:
        """Book it, too."""
        return name

    (problem,) = problems_of(Good, [book])
    assert "another tool has the name book, at tests/agent/tools/test_schemas.py:" in problem
