"""An LLM whose answers a test writes, tool calls among them."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import Any

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from livekit.agents.llm import (
    LLM,
    ChatChunk,
    ChatContext,
    ChoiceDelta,
    FunctionToolCall,
    LLMStream,
)


@dataclass(frozen=True)
class Call:
    """A tool call of an answer."""

    tool: str
    arguments: dict[str, Any]


Piece = str | float | Call | Exception
"""Text, seconds of waiting, a tool call, or an error."""


class ToolLLM(LLM[Any]):
    """Gives one of `answers` to each request, retries included."""

    def __init__(self, *answers: list[Piece]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.seen: list[ChatContext] = []
        """What each request had."""
        self.formats: list[Any] = []
        """The `response_format` of each."""
        self.call_ids = itertools.count(1)

    def chat(
        self,
        *,
        chat_ctx: ChatContext,
        tools: Any = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        extra_kwargs: Any = None,
        **_: Any,
    ) -> LLMStream:
        self.seen.append(chat_ctx.copy())
        self.formats.append((extra_kwargs or {}).get("response_format"))
        return _Answer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)

    @property
    def results(self) -> list[str]:
        """What the tools gave, as the last request has it."""
        return [i.output for i in self.seen[-1].items if i.type == "function_call_output"]


class _Answer(LLMStream):
    async def _run(self) -> None:
        llm = self._llm
        assert isinstance(llm, ToolLLM)
        for piece in llm.answers.pop(0):
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, float):
                # On the clock of the test, which may be virtual.
                await asyncio.sleep(piece)
                continue
            delta = ChoiceDelta(role="assistant")
            if isinstance(piece, str):
                delta.content = piece
            else:
                delta.tool_calls = [
                    FunctionToolCall(
                        name=piece.tool,
                        arguments=json.dumps(piece.arguments),
                        call_id=f"call_{next(llm.call_ids)}",
                    )
                ]
            self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))
            await asyncio.sleep(0)
