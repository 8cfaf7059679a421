"""The agent of a call: its instructions, greeting, fillers and apologies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing
from functools import cache
from pathlib import Path
from typing import Any

from livekit import rtc
from livekit.agents import ConversationItemAddedEvent, ModelSettings
from livekit.agents.llm import ChatContext, Tool
from livekit.agents.voice.io import TimedString

from ..llm_pieces import Piece
from .apologies import Apologies
from .fillers import Fillers
from .stock_speech import StockSpeech
from .timed_agent import TimedAgent
from .timing import CallTiming

_PROMPTS = Path(__file__).parents[1] / "prompts"
# Its role, its knowledge, its style for a voice.
_PARTS = ("receptionist.md", "clinic.md", "speech.md")


class Receptionist(TimedAgent):
    """The receptionist of a clinic.

    Args:
        instructions: The system prompt.
        speech: The stock phrases, in the language of the call.
        fillers: The call's fillers; None for none.
        timing: The timing of the turns; None for none.
        greet_on_enter: False if the caller's language is not known yet: `greet` is called later.
    """

    def __init__(
        self,
        instructions: str,
        speech: StockSpeech,
        *,
        fillers: Fillers | None = None,
        timing: CallTiming | None = None,
        greet_on_enter: bool = True,
    ) -> None:
        collector = timing.collector if timing is not None else None
        super().__init__(instructions=instructions, timing=collector)
        self._speech = speech
        self._fillers = fillers
        self._apologies = Apologies(speech)
        self._greet_on_enter = greet_on_enter

    async def on_enter(self) -> None:
        """Greet the caller, if `greet_on_enter`."""
        await super().on_enter()
        self._apologies.listen(self.session)
        if self._greet_on_enter:
            self.greet()

    def greet(self) -> None:
        """Greet the caller, who may talk over it. A greeting that is audio waits for no provider,
        only for the track.

        Raises:
            RuntimeError: The session is closing.
        """
        greeting = self._speech.phrases.greeting
        self._speech.say(self.session, greeting, is_part_of_the_conversation=True)

    async def llm_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> AsyncIterator[Piece]:
        """The LLM's answer, with a filler in front if it is late; an apology if it fails."""
        pieces: AsyncGenerator[Any] = super().llm_node(chat_ctx, tools, model_settings)
        if self._fillers is not None:
            pieces = self._fillers.with_filler(pieces, committed=self._committed(chat_ctx))
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece
        except Exception:
            # If the caller continues, LiveKit drops this reply, and nobody waited for it.
            await self._committed(chat_ctx)
            self._apologies.on_llm_failed()
            raise

    async def tts_node(
        self, text: AsyncIterable[str], model_settings: ModelSettings
    ) -> AsyncIterator[rtc.AudioFrame]:
        """The TTS, or the sound of a filler."""
        first, text = await _peek(text)
        if self._fillers is not None and first is not None and self._fillers.is_filler(first):
            async for frame in self._fillers.frames(first):
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
        if self._fillers is not None and first is not None and self._fillers.is_filler(first):
            return
        async for word in text:
            yield word

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


def instructions(speech: StockSpeech) -> str:
    """The system prompt for a call that begins in the language of `speech`."""
    # Openers are in the store: the caller hears one as soon as the LLM has written it.
    openers = ", ".join(f'"{opener}"' for opener in speech.phrases.openers)
    language = speech.language
    return "\n\n".join(
        [
            *_prompt(),
            f"The call begins in {language.name} ({language.code}). In that language, begin an "
            f"answer with one of these where one fits, word for word: {openers}",
        ]
    )


@cache
def _prompt() -> tuple[str, ...]:
    return tuple((_PROMPTS / name).read_text(encoding="utf-8").strip() for name in _PARTS)


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
