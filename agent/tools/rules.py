"""What differs from one tool to another, as a decorator below `@function_tool`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from livekit.agents.llm import FunctionTool, RawFunctionTool

AnyTool = FunctionTool[..., Any] | RawFunctionTool[..., Any]
CONTEXT_PARAMETER: Final = "guarded_run"
"""A parameter that is added to each tool: LiveKit fills it by its type, and does not show it to the
model."""
_F = TypeVar("_F", bound=Callable[..., Any])
_NAME: Final = "__tool_rules__"
_PROJECT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one tool runs."""

    timeout: float | None = None
    """Seconds that it may take; None: the call's limit."""
    repeatable: bool = False
    """The same call may run again in one turn: the tool only reads, and what it reads may have
    changed; or it is idempotent: a second identical call has no further effect."""
    any_script: bool = False
    """Its arguments may be in any script."""


def tool_rules(
    *, timeout: float | None = None, repeatable: bool = False, any_script: bool = False
) -> Callable[[_F], _F]:
    """Give a tool rules of its own:

        @function_tool
        @tool_rules(repeatable=True)
        async def free_slots(self, day: date) -> list[str]: ...

    Args:
        timeout: Seconds that it may take, instead of the call's limit.
        repeatable: It only reads, or it is idempotent: a second identical call has no further
            effect. Any other tool runs once for the same arguments in a turn.
        any_script: Its arguments may be in any script, not in Latin letters alone.
    """
    if timeout is not None and not timeout > 0:
        raise ValueError("timeout must be more than 0 seconds")
    rules = Rules(timeout=timeout, repeatable=repeatable, any_script=any_script)

    def give(function: _F) -> _F:
        setattr(function, _NAME, rules)
        return function

    return give


def rules_of(tool: AnyTool) -> Rules:
    """The tool's own rules, or the defaults. LiveKit copies a function's attributes to its tool."""
    rules = getattr(tool, _NAME, None)
    return rules if isinstance(rules, Rules) else Rules()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool is written."""

    file: str
    line: int

    def at(self, line: int) -> str:
        """`file:line`, relative to the project's folder if it is there."""
        path = Path(self.file)
        if path.is_relative_to(_PROJECT):
            path = path.relative_to(_PROJECT)
        return f"{path}:{line}"

    def __str__(self) -> str:
        return self.at(self.line)


def place_of(tool: AnyTool) -> Place:
    """The function's file, and the line of its first decorator."""
    code = getattr(inspect.unwrap(tool), "__code__", None)
    return Place(code.co_filename, code.co_firstlineno) if code else Place("unknown", 0)
