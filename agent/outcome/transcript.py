"""A conversation as a text for the LLM that takes its outcome. Pure but for LiveKit's values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livekit.agents.llm import ChatContext

MAX_CHARACTERS: Final = 40_000
"""Of a transcript: 30 minutes of talk have about 30,000. Of a longer one the end is kept, where
calls are settled."""
_MAX_ITEM: Final = 2_000
"""Characters of one tool call or result."""
_WHO: Final = {"user": "caller", "assistant": "agent"}


def transcript_of(history: ChatContext) -> str:
    """The conversation, one line for each message, tool call and result."""
    text = "\n".join(_lines(history)) or "(nothing was said)"
    return text if len(text) <= MAX_CHARACTERS else "(cut)\n" + text[-MAX_CHARACTERS:]


def _lines(history: ChatContext) -> Iterator[str]:
    for item in history.items:
        if item.type == "message" and item.role in _WHO:
            yield f"{_WHO[item.role]}: {_one_line(item.text_content or '')}"
        elif item.type == "function_call":
            yield f"tool {item.name} called: {_one_line(item.arguments)[:_MAX_ITEM]}"
        elif item.type == "function_call_output":
            kind = "failed" if item.is_error else "gave"
            yield f"tool {item.name} {kind}: {_one_line(item.output)[:_MAX_ITEM]}"


def _one_line(text: str) -> str:
    """A caller's words cannot pass for a line of another's."""
    return " ".join(text.split())
