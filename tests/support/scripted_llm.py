"""An LLM that writes what a test says."""

from __future__ import annotations

import asyncio
from typing import Any

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIStatusError
from livekit.agents.llm import (
    LLM,
    ChatChunk,
    ChatContext,
    ChoiceDelta,
    FunctionToolCall,
    LLMStream,
)


class ScriptedLLM(LLM[Any]):
    """Writes `tokens` as each of its answers: words, and calls of tools.

    Args:
        delay: Seconds before the first token; None to write nothing for ever.
    """

    def __init__(self, *tokens: str | FunctionToolCall, delay: float | None = 0.0) -> None:
        super().__init__()
        self.tokens = tokens
        self.delay = delay
        self.requests = 0
        self.fails = False
        """Answer with an error that is not worth a retry, after the delay."""

    def chat(self, *, chat_ctx: ChatContext, **_: Any) -> LLMStream:
        self.requests += 1
        return _Answer(self, chat_ctx=chat_ctx, tools=[], conn_options=DEFAULT_API_CONNECT_OPTIONS)


class _Answer(LLMStream):
    async def _run(self) -> None:
        llm = self._llm
        assert isinstance(llm, ScriptedLLM)
        if llm.delay is None:
            await asyncio.Event().wait()
        else:
            # On the clock of the test, which may be virtual.
            await asyncio.sleep(llm.delay)
        if llm.fails:
            raise APIStatusError("out of order", status_code=500, retryable=False)
        for token in llm.tokens:
            is_text = isinstance(token, str)
            delta = ChoiceDelta(
                role="assistant",
                content=token if is_text else None,
                tool_calls=[] if is_text else [token],
            )
            self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))
            await asyncio.sleep(0)
