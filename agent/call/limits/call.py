"""The limits of one call, put together: what may be typed, how long it may last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from livekit.agents import AgentSession, JobContext
from livekit.agents.voice import SpeechHandle

from prewarm.phrases import Phrases

from ...config.settings import Settings
from ..providers import SAMPLE_RATE
from ..stock_speech import say_stock
from .clock import CallClock
from .ending import CallEnding
from .text import Refusal
from .typed import TypedText


class CallLimits:
    """The limits of a call in a room; typed text is read from now on.

    Args:
        said: The stock phrases of the call's language.
        audio: PCM (s16le mono, `SAMPLE_RATE` Hz) of one of them, None while the store has none.
    """

    def __init__(
        self,
        ctx: JobContext,
        session: AgentSession[None],
        settings: Settings,
        *,
        said: Phrases,
        audio: Callable[[str], bytes | None],
    ) -> None:
        self._ctx = ctx
        self._session = session
        self.said = said
        self._audio = audio
        now = asyncio.get_running_loop().time()
        length, silence = settings.call_limit, settings.silence_limit
        self._clock = CallClock(length=length, silence=silence, now=now)
        self._typed = TypedText(session, notify=self._notify)
        self._typed.listen(ctx.room)
        self._ending = CallEnding(
            session, self._clock, say_goodbye=self._say_goodbye, hang_up=self._hang_up
        )

    def _notify(self, refusal: Refusal) -> None:
        self._say(self.said.notices[refusal.value :])

    def _say_goodbye(self) -> SpeechHandle | None:
        self._typed.stop()
        return self._say(self.said.goodbyes, allow_interruptions=False)

    def _say(
        self, texts: Sequence[str], *, allow_interruptions: bool = True
    ) -> SpeechHandle | None:
        """Say the first of these; nothing where the language has none."""
        if not texts:
            return None
        return say_stock(
            self._session,
            texts[0],
            self._audio(texts[0]),
            sample_rate=SAMPLE_RATE,
            allow_interruptions=allow_interruptions,
        )

    async def _hang_up(self, reason: str) -> None:
        """The agent alone leaving would keep a telephone call open, and billed."""
        try:
            await self._ctx.delete_room()
        finally:
            self._ctx.shutdown(reason=reason)
