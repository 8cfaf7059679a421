"""The messages of a request as events: what was heard, what was said, and which tools ran. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..schema import ChatMessage, ToolCall


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller's words."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The assistant's words."""

    text: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A tool that was called, and its result."""

    name: str
    arguments: Mapping[str, Any]
    result: str


Event = Heard | Said | Ran


def prompt_of(messages: Sequence[ChatMessage]) -> str:
    """All instructions of the conversation, one below the other."""
    return "\n".join(
        message.text for message in messages if message.role in ("system", "developer")
    )


def events_of(messages: Sequence[ChatMessage]) -> list[Event]:
    """The events of a conversation in their order; a tool's event stands at its result."""
    events: list[Event] = []
    open_calls: dict[str, ToolCall] = {}
    for message in messages:
        if message.role == "user" and message.text.strip():
            events.append(Heard(message.text))
        elif message.role == "assistant":
            if message.text.strip():
                events.append(Said(message.text))
            open_calls = {call.id: call for call in message.tool_calls or ()}
        elif message.role == "tool":
            call = open_calls.get(message.tool_call_id or "")
            if call is not None and call.function is not None:
                arguments = _arguments(call.function.arguments)
                events.append(Ran(call.function.name, arguments, message.text))
    return events


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}
