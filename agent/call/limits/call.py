"""The limits of one call: typed text, length and silence."""

from __future__ import annotations

import asyncio

from livekit.agents import AgentSession, JobContext
from livekit.agents.voice import SpeechHandle

from ...assistant.stock_speech import StockSpeech
from ...config.settings import Settings
from .clock import CallClock
from .ending import CallEnding
from .text import Refusal
from .typed import TypedText


class CallLimits:
    """The limits of a call in a room."""

    def __init__(
        self,
        ctx: JobContext,
        session: AgentSession[None],
        settings: Settings,
        speech: StockSpeech,
    ) -> None:
        self._ctx = ctx
        self._session = session
        self._settings = settings
        self._speech = speech
        self._typed = TypedText(session, notify=self._notify)

    def start(self) -> None:
        """Read typed text, and watch the time."""
        now = asyncio.get_running_loop().time()
        settings = self._settings
        clock = CallClock(length=settings.call_limit, silence=settings.silence_limit, now=now)
        self._typed.listen(self._ctx.room)
        self._ending = CallEnding(
            self._session, clock, say_goodbye=self._say_goodbye, hang_up=self._hang_up
        )

    def _notify(self, refusal: Refusal) -> None:
        phrases = self._speech.phrases
        is_long = refusal is Refusal.TOO_LONG
        self._say(phrases.too_long_notice if is_long else phrases.too_many_notice)

    def _say_goodbye(self) -> SpeechHandle | None:
        self._typed.stop()
        return self._say(self._speech.phrases.goodbye, allow_interruptions=False)

    def _say(self, text: str, *, allow_interruptions: bool = True) -> SpeechHandle | None:
        """Say a stock phrase, if the language has it."""
        if not text:
            return None
        return self._speech.say(self._session, text, allow_interruptions=allow_interruptions)

    async def _hang_up(self, reason: str) -> None:
        """Delete the room: if only the agent left, a telephone call would stay open, and billed."""
        try:
            await self._ctx.delete_room()
        finally:
            self._ctx.shutdown(reason=reason)
