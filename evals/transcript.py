"""One call as it was held: what was said, which tools ran, and what they wrote. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .callers.schema import Caller

RowValues = Mapping[str, Any]
Snapshot = Mapping[str, tuple[RowValues, ...]]
"""Table -> its rows, in the order of their keys."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the agent ran."""

    name: str
    arguments: str
    """JSON, as the LLM wrote it."""
    output: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that a turn added (`old` is None), removed (`new` is None) or changed."""

    table: str
    old: RowValues | None
    new: RowValues | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the caller said, and what came of it."""

    number: int
    """From 1; 0 is the greeting, to which no caller's words belong."""
    caller: str
    language: str
    """In which the caller speaks, with its region."""
    agent: tuple[str, ...] = ()
    """The agent's messages."""
    tools: tuple[ToolCall, ...] = ()
    changes: tuple[RowChange, ...] = ()
    seconds: float = 0.0
    error: str = ""
    """Why the turn failed; empty if it did not."""

    @property
    def reply(self) -> str:
        """All that the agent said."""
        return " ".join(one.strip() for one in self.agent if one.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A whole call."""

    caller: Caller
    instructions: str
    """The system prompts of the agents that spoke."""
    turns: tuple[Turn, ...]
    """The greeting first."""
    ended: str
    """Why: `done`, or what kept the caller from it."""
    outcome: Mapping[str, Any] | None = None
    """What the assistant makes of the call, as JSON has it; None if nobody asked for it."""
    before: Snapshot = field(default_factory=dict)
    after: Snapshot = field(default_factory=dict)

    @property
    def tools(self) -> list[ToolCall]:
        """All calls of tools, in order."""
        return [tool for turn in self.turns for tool in turn.tools]

    @property
    def said(self) -> str:
        """All that the agent said."""
        return "\n".join(turn.reply for turn in self.turns)

    @property
    def seconds(self) -> float:
        """How long the agent took."""
        return sum(turn.seconds for turn in self.turns)
