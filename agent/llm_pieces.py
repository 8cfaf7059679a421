"""The pieces of an LLM's answer that an agent's LLM node yields."""

from __future__ import annotations

from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk

Piece = str | ChatChunk | FlushSentinel


def calls_tool(piece: Piece) -> bool:
    """Whether a piece has a tool call."""
    return isinstance(piece, ChatChunk) and piece.delta is not None and bool(piece.delta.tool_calls)


def text_of(piece: Piece) -> str:
    """The words of a piece; empty for a tool call, a role or a flush."""
    if isinstance(piece, ChatChunk):
        return (piece.delta and piece.delta.content) or ""
    return piece if isinstance(piece, str) else ""
