"""The pieces of an LLM's answer that an agent's LLM node yields."""

from __future__ import annotations

from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk

Piece = str | ChatChunk | FlushSentinel


def text_of(piece: Piece) -> str:
    """The words of a piece; empty for a tool call, a role or a flush."""
    if isinstance(piece, ChatChunk):
        return (piece.delta and piece.delta.content) or ""
    return piece if isinstance(piece, str) else ""
