"""What the agent is: its instructions, its greeting, and what it says while it thinks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

from livekit import rtc
from livekit.agents import ConversationItemAddedEvent, ModelSettings
from livekit.agents.llm import ChatContext, Tool
from livekit.agents.voice.io import TimedString

from prewarm.phrases import phrases
from prewarm.stock import Stock, frames

from ..config.languages import Language
from ..latency.live.collector import Collector
from ..latency.live.nodes import TimedAgent
from .apologies import Apologies
from .fillers import Fillers, Piece
from .providers import SAMPLE_RATE

_PROMPTS = Path(__file__).parents[1] / "prompts"
# Who it is, what it knows, how it writes for a voice.
_PARTS = ("receptionist.md", "clinic.md", "speech.md")


class Receptionist(TimedAgent):
    """The receptionist of a clinic.

    Args:
        language: To greet and begin in; after that the caller's counts.
        stock: Phrases that are audio already; None for none.
        fillers: What is said when the language model is late; None for nothing.
        apologies: What is said when a provider has failed; None for nothing.
        timing: Is told when what happens.
        waits: Does not greet by itself: it may still have to `turn_to` the caller's language.
    """

    def __init__(
        self,
        language: Language,
        *,
        stock: Stock | None = None,
        fillers: Fillers | None = None,
        apologies: Apologies | None = None,
        timing: Collector | None = None,
        waits: bool = False,
    ) -> None:
        super().__init__(instructions=instructions(language), timing=timing)
        self._greeting = phrases(language.code).greeting
        self._stock = stock
        self._fillers = fillers
        self._apologies = apologies
        self._waits = waits

    async def on_enter(self) -> None:
        """Greet the caller, unless that is left to somebody else."""
        await super().on_enter()
        if self._apologies is not None:
            self._apologies.listen(self.session)
        if not self._waits:
            self.greet()

    async def turn_to(self, language: Language) -> None:
        """Greet and go on in another language."""
        said = phrases(language.code)
        self._greeting = said.greeting
        if self._fillers is not None and self._fillers.texts:
            self._fillers.texts = said.fillers
        if self._apologies is not None:
            self._apologies.texts = said.apologies
        await self.update_instructions(instructions(language))

    def greet(self) -> None:
        """Greet the caller, who may talk over it. A greeting that is audio waits for no provider,
        only for the track."""
        pcm = self._stock.pcm(self._greeting) if self._stock else None
        if pcm is None:
            self.session.say(self._greeting)
        else:
            self.session.say(self._greeting, audio=frames(pcm, sample_rate=SAMPLE_RATE))

    async def llm_node(
        self, chat_ctx: ChatContext, tools: list[Tool], model_settings: ModelSettings
    ) -> AsyncIterator[Piece]:
        """The model's answer, with a filler in front when it is late; an apology if it fails."""
        pieces: AsyncIterable[Any] = super().llm_node(chat_ctx, tools, model_settings)
        if self._fillers is not None:
            pieces = self._fillers.cover(pieces, committed=self._committed(chat_ctx))
        try:
            async for piece in pieces:
                yield piece
        except Exception:
            if self._apologies is not None:
                # A guess at a turn that goes on is dropped, and nobody waited for its answer.
                await self._committed(chat_ctx)
                self._apologies.no_answer()
            raise

    async def tts_node(
        self, text: AsyncIterable[str], model_settings: ModelSettings
    ) -> AsyncIterator[rtc.AudioFrame]:
        """The voice, or the sound of a filler."""
        first, text = await _peek(text)
        if self._fillers is not None and first is not None and self._fillers.is_filler(first):
            self.note_filler()
            async for frame in self._fillers.frames(first):
                yield frame
            return
        async for frame in super().tts_node(text, model_settings):
            yield frame

    async def transcription_node(
        self, text: AsyncIterable[str | TimedString], model_settings: ModelSettings
    ) -> AsyncIterator[str | TimedString]:
        """The words, without fillers: what is not in the transcript is not in the history."""
        first, text = await _peek(text)
        if self._fillers is not None and first is not None and self._fillers.is_filler(first):
            return
        async for word in text:
            yield word

    async def _committed(self, chat_ctx: ChatContext) -> None:
        """Wait until the turn that `chat_ctx` answers is certainly over. LiveKit asks the model
        before, and adds the caller's message to the agent's history when it is."""
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


@cache
def instructions(language: Language) -> str:
    """The system prompt for a call that begins in `language`."""
    parts = [(_PROMPTS / name).read_text(encoding="utf-8").strip() for name in _PARTS]
    # In the store already: such a beginning is heard as soon as it is written.
    openers = ", ".join(f'"{opener}"' for opener in phrases(language.code).openers)
    return "\n\n".join(
        [
            *parts,
            f"The call begins in {language.name} ({language.code}). In that language begin an "
            f"answer with one of these where it fits, exactly so written: {openers}",
        ]
    )


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
