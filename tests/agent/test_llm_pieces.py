"""The words of an LLM's pieces."""

from __future__ import annotations

import pytest
from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk, ChoiceDelta

from agent.llm_pieces import Piece, text_of


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
