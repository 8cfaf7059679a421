"""A tool's result, shortened to what a model can use in a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from livekit.agents import Agent
from livekit.agents.llm import ToolResult

MAX_CHARACTERS: Final = 8_000
"""Some 2,000 tokens of English, and up to 8,000 of an Indian script. Every later request of the
call repeats them in its prompt, and an answer by voice has two sentences."""


def shorten(result: Any) -> Any:
    """The result with at most `MAX_CHARACTERS`, and a note for the model if some are missing.

    Args:
        result: What LiveKit accepts: text, numbers, lists, dicts, a `ToolResult`, an agent to hand
            off to, alone or in a tuple.
    """
    if isinstance(result, ToolResult):
        return replace(result, output=shorten(result.output))
    if isinstance(result, tuple | list) and hands_off(result):
        # Not of its own type: a named tuple takes its items one by one.
        made = tuple if isinstance(result, tuple) else list
        return made(shorten(item) for item in result)
    if result is None or isinstance(result, Agent | int | float):
        return result
    if isinstance(result, str):
        return shorten_text(result)
    # As LiveKit writes it.
    text = str(result)
    short = shorten_text(text)
    return result if short is text else short


def shorten_text(text: str) -> str:
    """The beginning of a text that is too long, with the note; a shorter text as it is."""
    if len(text) <= MAX_CHARACTERS:
        return _encodable(text)
    note = (
        f"\n[cut: these are the first {MAX_CHARACTERS:,} of {len(text):,} characters; ask for less]"
    )
    return _encodable(text[:MAX_CHARACTERS]) + note


def _encodable(text: str) -> str:
    """The text without lone surrogates, which JSON can bring (`\\ud800`): no later request of the
    call could be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def hands_off(result: Any) -> bool:
    """Whether the result is or has an agent, which takes over the call."""
    if isinstance(result, tuple | list):
        return any(isinstance(item, Agent) for item in result)
    return isinstance(result, Agent)
