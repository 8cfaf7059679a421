"""An agent of a call: its turns are timed; its tools run by the call's rules; a filler or an
apology covers an LLM that is late or fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing
from typing import Any

from livekit import rtc
from livekit.agents import ConversationItemAddedEvent, ModelSettings
from livekit.agents.llm import ChatContext, Tool
from livekit.agents.voice.io import TimedString

from ..llm_pieces import Piece
from ..tools import GuardedTools
from .call_info import CallInfo
from .fillers import Fillers
from .timed_agent import TimedAgent


class CallAgent(GuardedTools, TimedAgent):
    """An agent of a call, which it shares with the agents before and after it.

    Args:
        call: The call.
        instructions: The agent's own part of the system prompt; the call's style, language and
            openers follow it, then `present`. Default: the assistant's `prompt.md`.
        options: LiveKit's arguments of an `Agent`.
    """

    def __init__(self, call: CallInfo, *, instructions: str | None = None, **options: Any) -> None:
        self.call = call
        self._own_instructions = call.prompt if instructions is None else instructions
        super().__init__(
            instructions=self._system_prompt(),
            timing=call.collector,
            **options,
        )

    def present(self) -> str:
        """What holds in this call alone, from the agent's start: date and time. It is the end of
        the system prompt, because providers cache a prompt by its beginning."""
        return f"It is {self.call.now():%A %Y-%m-%d, %H:%M}."

    async def on_enter(self) -> None:
        """Greet the caller, if nobody has. Call this first in a method of your own."""
        await super().on_enter()
        if self.call.greets_on_enter:
            self.call.greet(self.session)

    async def follow_language(self) -> None:
        """Continue in the call's language, which has changed."""
        await self.update_instructions(self._system_prompt())

    async def llm_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> AsyncIterator[Piece]:
        """The LLM's answer, with a filler in front if it is late; an apology if it fails."""
        pieces: AsyncGenerator[Any] = super().llm_node(chat_ctx, tools, model_settings)
        if self.call.preemptive_reply is not None:
            pieces = self.call.preemptive_reply.follow_llm(pieces)
        if self.call.fillers is not None:
            pieces = self.call.fillers.with_filler(pieces, committed=self._committed(chat_ctx))
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece
        except Exception:
            # If the caller continues, LiveKit drops this reply, and nobody waited for it.
            await self._committed(chat_ctx)
            if self.call.apologies is not None:
                self.call.apologies.on_llm_failed()
            raise

    async def tts_node(
        self, text: AsyncIterable[str], model_settings: ModelSettings
    ) -> AsyncIterator[rtc.AudioFrame]:
        """The TTS, or the sound of a filler."""
        first, text = await _peek(text)
        if (fillers := self._fillers_with(first)) is not None:
            async for frame in fillers.frames(first):
                self.mark_filler()
                yield frame
            return
        async with aclosing(super().tts_node(text, model_settings)) as frames:
            async for frame in frames:
                yield frame

    async def transcription_node(
        self, text: AsyncIterable[str | TimedString], model_settings: ModelSettings
    ) -> AsyncIterator[str | TimedString]:
        """The transcript, without fillers: words that are not in it are not in the history."""
        first, text = await _peek(text)
        if self._fillers_with(first) is not None:
            return
        async for word in text:
            yield word

    def _system_prompt(self) -> str:
        return f"{self.call.instructions(self._own_instructions)}\n\n{self.present()}"

    def _fillers_with(self, text: str | None) -> Fillers | None:
        """The call's fillers, if a segment that begins with `text` is one of them."""
        fillers = self.call.fillers
        is_one = fillers is not None and text is not None and fillers.is_filler(text)
        return fillers if is_one else None

    async def _committed(self, chat_ctx: ChatContext) -> None:
        """Wait until the turn that `chat_ctx` answers is certainly over: LiveKit then adds the
        caller's message to the agent's history."""
        last = chat_ctx.items[-1] if chat_ctx.items else None
        if last is None or last.type != "message" or last.role != "user":
            return
        added = asyncio.Event()

        def on_added(event: ConversationItemAddedEvent) -> None:
            if getattr(event.item, "id", None) == last.id:
                added.set()

        session = self.session
        session.on("conversation_item_added", on_added)
        try:
            if self.chat_ctx.get_by_id(last.id) is None:
                await added.wait()
        finally:
            session.off("conversation_item_added", on_added)


async def _peek(items: AsyncIterable[Any]) -> tuple[Any, AsyncIterable[Any]]:
    """The first item, None if there is none, and all of them."""
    source = aiter(items)
    first = await anext(source, None)
    if first is None:
        return None, source

    async def whole() -> AsyncIterator[Any]:
        yield first
        async for item in source:
            yield item

    return first, whole()
