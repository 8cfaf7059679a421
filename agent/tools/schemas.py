"""Finds at start-up what is wrong with the schemas of tools: LiveKit builds them in each turn."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any, Final

from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool, ToolContext
from livekit.agents.llm.tool_context import find_function_tools

from .rules import CONTEXT_PARAMETER, AnyTool, place_of

TOOL_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What the providers accept (OpenAI's reference of `tools[].function.name`)."""


def problems_of(agent: type[Any], tools: Iterable[Tool] = ()) -> list[str]:
    """A line with file and line number for each tool of an agent's class that no model could call.

    Args:
        agent: The class. It is not made.
        tools: More tools, which its constructor gets.
    """
    found: list[AnyTool] = [
        # As if bound to an agent: `self` is not an argument of the model's.
        tool.__get__(object(), agent)
        for tool in find_function_tools(agent)
    ]
    found += [tool for tool in tools if isinstance(tool, FunctionTool | RawFunctionTool)]
    problems, places = [], dict[str, str]()
    for tool in found:
        place, name = str(place_of(tool)), tool.info.name
        if problem := _problem(tool):
            problems.append(f"{place}: the tool {name} {problem}")
        if (other := places.setdefault(name, place)) != place:
            problems.append(f"{place}: another tool has the name {name}, at {other}")
    return problems


def names_of(agent: type[Any]) -> set[str]:
    """The names of the tools of an agent's class."""
    return {tool.info.name for tool in find_function_tools(agent)}


def _problem(tool: AnyTool) -> str | None:
    name = tool.info.name
    if not TOOL_NAME.fullmatch(name):
        return "needs another name: up to 64 letters, digits, `_` and `-`"
    if isinstance(tool, FunctionTool) and not tool.info.description:
        return "needs a docstring: the model knows the tool by it"
    if bad := _unnamed(tool):
        return f"must name each argument, without {bad}"
    if CONTEXT_PARAMETER in inspect.signature(tool).parameters:
        return f"needs another name for its parameter {CONTEXT_PARAMETER!r}, which is taken"
    if isinstance(tool, RawFunctionTool) and not isinstance(
        tool.info.raw_schema.get("parameters"), dict
    ):
        return "has a bad schema: `parameters` must be a table"
    try:
        ToolContext([tool]).parse_function_tools("openai", strict=True)
    except KeyError as error:
        return f"needs a type for its parameter {error}"
    except Exception as error:
        return f"has a bad schema: {type(error).__name__}: {error}"
    return None


def _unnamed(tool: AnyTool) -> str | None:
    """The parameter that a model cannot give, as it is written."""
    for parameter in inspect.signature(tool).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            return f"*{parameter.name}"
        if parameter.kind is parameter.VAR_KEYWORD:
            return f"**{parameter.name}"
        if parameter.kind is parameter.POSITIONAL_ONLY:
            return "/"
    return None
