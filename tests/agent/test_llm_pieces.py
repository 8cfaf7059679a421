"""The words and tool calls of an LLM's pieces."""

from __future__ import annotations

import pytest
from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk, ChoiceDelta, FunctionToolCall

from agent.llm_pieces import Piece, calls_tool, text_of


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        ("Sure.", "Sure."),
        (ChatChunk(id="1", delta=ChoiceDelta(role="assistant", content="Sure.")), "Sure."),
        (ChatChunk(id="1", delta=ChoiceDelta(role="assistant")), ""),
        (ChatChunk(id="1"), ""),
        (FlushSentinel(), ""),
    ],
)
def test_only_words_are_the_text_of_a_piece(piece: Piece, text: str) -> None:
    """Nothing of a tool call, a role or a flush is heard."""
    assert text_of(piece) == text


def test_a_tool_call_is_known_from_other_pieces() -> None:
    """A role, words or a flush is none."""
    call = FunctionToolCall(name="book", arguments="{}", call_id="1")
    assert calls_tool(ChatChunk(id="1", delta=ChoiceDelta(tool_calls=[call])))
    others = ["Sure.", ChatChunk(id="1", delta=ChoiceDelta(role="assistant")), ChatChunk(id="1")]
    assert not any(map(calls_tool, [*others, FlushSentinel()]))
