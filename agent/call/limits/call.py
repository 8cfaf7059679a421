"""The limits of one call, put together: what may be typed, how long it may last."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from livekit.agents import AgentSession, JobContext
from livekit.agents.voice import SpeechHandle

from ...config.settings import Settings
from ..stock_speech import StockSpeech
from .clock import CallClock
from .ending import CallEnding
from .text import Refusal
from .typed import TypedText


class CallLimits:
    """The limits of a call in a room; typed text is read from now on."""

    def __init__(
        self,
        ctx: JobContext,
        session: AgentSession[None],
        settings: Settings,
        speech: StockSpeech,
    ) -> None:
        self._ctx = ctx
        self._session = session
        self._speech = speech
        now = asyncio.get_running_loop().time()
        length, silence = settings.call_limit, settings.silence_limit
        self._clock = CallClock(length=length, silence=silence, now=now)
        self._typed = TypedText(session, notify=self._notify)
        self._typed.listen(ctx.room)
        self._ending = CallEnding(
            session, self._clock, say_goodbye=self._say_goodbye, hang_up=self._hang_up
        )

    def _notify(self, refusal: Refusal) -> None:
        self._say(self._speech.phrases.notices[refusal.value :])

    def _say_goodbye(self) -> SpeechHandle | None:
        self._typed.stop()
        return self._say(self._speech.phrases.goodbyes, allow_interruptions=False)

    def _say(
        self, texts: Sequence[str], *, allow_interruptions: bool = True
    ) -> SpeechHandle | None:
        """Say the first of these; nothing where the language has none."""
        if not texts:
            return None
        return self._speech.say(self._session, texts[0], allow_interruptions=allow_interruptions)

    async def _hang_up(self, reason: str) -> None:
        """Delete the room: if only the agent left, a telephone call would stay open, and billed."""
        try:
            await self._ctx.delete_room()
        finally:
            self._ctx.shutdown(reason=reason)
