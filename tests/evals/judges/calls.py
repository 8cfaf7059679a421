"""Transcripts for the judges."""

from __future__ import annotations

from typing import Any

from evals.callers.schema import Caller
from evals.transcript import ToolCall, Transcript, Turn

PROMPT = "Open 9:30 a.m. to 1 p.m. A visit is Rs. 500. Dr. Rao is in."


def caller(**data: Any) -> Caller:
    """A caller who speaks English."""
    usual: dict[str, Any] = {
        "id": "one",
        "language": "en-IN",
        "persona": "calm",
        "goal": "An appointment",
    }
    return Caller.model_validate(usual | data)


def turn(number: int, said: str = "hello", *agent: str, **more: Any) -> Turn:
    """One turn in English."""
    usual: dict[str, Any] = {"language": "en-IN", "caller": said, "agent": agent or ("Fine then.",)}
    return Turn(number=number, **usual | more)


def call(*turns: Turn, **more: Any) -> Transcript:
    """A call that came to its end, after a greeting."""
    usual: dict[str, Any] = {"caller": caller(), "instructions": PROMPT, "ended": "done"}
    return Transcript(turns=(turn(0, "", "Hello!"), *turns), **usual | more)


def ran(name: str, output: str = "", *, failed: bool = False, arguments: str = "{}") -> ToolCall:
    """A tool that ran."""
    return ToolCall(name, arguments, output, failed)
