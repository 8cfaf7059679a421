"""Puts `ToolRuns` in front of an agent's tools, for whatever asks LiveKit for them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar, get_type_hints

from livekit.agents import Agent, RunContext
from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool, Toolset
from livekit.agents.llm.async_toolset import AsyncToolset

from .rules import CONTEXT_PARAMETER, AnyTool, place_of, rules_of
from .runs import ToolRuns

AnyToolOrSet = TypeVar("AnyToolOrSet", bound=Tool | Toolset)


class GuardedTools(Agent):
    """An agent whose tools run by the rules of its call: a base beside `Agent` or `AgentTask`.

    All its tools do: methods, those passed to the constructor or to `update_tools`, and toolsets.
    """

    @property
    def tools(self) -> list[Tool | Toolset]:
        """The agent's tools, guarded. LiveKit asks for them here, at each turn."""
        # LiveKit compares the tools of a preemptive reply with these: the same ones each time.
        if "_guards" not in self.__dict__:
            self._guards = Guards()
        return self._guards.of(super().tools)


class Guards:
    """The guarded tools of one agent or toolset, made once each."""

    def __init__(self) -> None:
        # By identity. The originals are kept, so that no other object gets their identity.
        self._made: dict[int, tuple[Tool | Toolset, Tool | Toolset]] = {}

    def of(self, tools: Iterable[AnyToolOrSet]) -> list[AnyToolOrSet]:
        """Each tool guarded. Those that are guarded already, and those that a provider runs, stay
        as they are."""
        return [self._of(tool) for tool in tools]

    def _of(self, tool: AnyToolOrSet) -> AnyToolOrSet:
        if id(tool) not in self._made:
            self._made[id(tool)] = tool, _guarded(tool)
        return self._made[id(tool)][1]  # type: ignore[return-value]


class _Guarded(FunctionTool[..., Any]):
    pass


class _GuardedRaw(RawFunctionTool[..., Any]):
    pass


class _GuardedToolset(Toolset):
    """A toolset whose tools are guarded."""

    def __init__(self, inner: Toolset) -> None:
        self._inner = inner
        self._guards = Guards()
        super().__init__(id=inner.id)

    @property
    def tools(self) -> Sequence[Tool | Toolset]:
        return self._guards.of(self._inner.tools)

    async def setup(self) -> Self:
        await self._inner.setup()
        return self

    async def aclose(self) -> None:
        await super().aclose()
        await self._inner.aclose()


class _GuardedAsyncToolset(_GuardedToolset, AsyncToolset):
    """The same for a toolset whose tools survive a hand-off: it runs them itself."""


def _guarded(tool: Tool | Toolset) -> Tool | Toolset:
    if isinstance(tool, _Guarded | _GuardedRaw | _GuardedToolset):
        return tool
    if isinstance(tool, AsyncToolset):
        return _GuardedAsyncToolset(tool)
    if isinstance(tool, Toolset):
        return _GuardedToolset(tool)
    if isinstance(tool, FunctionTool):
        return _Guarded(_wrapper(tool), tool.info)
    if isinstance(tool, RawFunctionTool):
        return _GuardedRaw(_wrapper(tool), tool.info)
    return tool


def _wrapper(tool: AnyTool) -> Any:
    """A function with the tool's name, documentation and parameters, and one for the context."""
    signature, rules, place = inspect.signature(tool), rules_of(tool), place_of(tool)
    hints = get_type_hints(tool, include_extras=True) | {CONTEXT_PARAMETER: RunContext}

    @functools.wraps(tool, updated=())
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        context: RunContext[Any] = kwargs.pop(CONTEXT_PARAMETER)
        runs = ToolRuns.of(context.session)
        bound = signature.bind(*args, **kwargs)
        given = {
            name: value
            for name, value in bound.arguments.items()
            if not isinstance(value, RunContext)
        }
        arguments = runs.latin_arguments(given, rules)
        bound.arguments.update(arguments)
        call = functools.partial(tool, *bound.args, **bound.kwargs)
        return await runs.run(context, arguments, call, rules=rules, place=place)

    extra = inspect.Parameter(
        CONTEXT_PARAMETER, inspect.Parameter.KEYWORD_ONLY, annotation=RunContext
    )
    wrapper.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), extra]
    )
    wrapper.__annotations__ = hints
    # Last: on Python 3.14 setting the annotations removes it.
    wrapper.__annotate__ = lambda _format=1: dict(hints)  # type: ignore[attr-defined]
    return wrapper
