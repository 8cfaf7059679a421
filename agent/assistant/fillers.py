"""Fillers: a short phrase from the store, said when the LLM or a tool is late.

LiveKit speaks one reply after the other, so a filler has to be part of the late reply. When the
deadline passes without a word from the LLM, `with_filler` puts a placeholder and a flush into the
reply's text. LiveKit makes a spoken segment of the placeholder, for which the agent
(`call_agent.py`) gives `frames` to the room and no text to the transcript, and so none to the
history.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Final

from livekit import rtc
from livekit.agents import AgentSession, FlushSentinel
from livekit.agents.voice import SpeechHandle

from ..llm_pieces import Piece, text_of
from .pcm_frames import until_stopped
from .stock_speech import StockSpeech

# In Unicode's private use area: no LLM writes it, and a TTS has no sound for it.
_PLACEHOLDER: Final = "\ue000"

_MIN_INTERVAL: Final = 4.0
"""Seconds between two fillers: a tool and then the LLM may be late in one turn."""


class Fillers:
    """The fillers of one call.

    Args:
        after: Seconds without a word from the LLM before a filler is said.
    """

    def __init__(
        self, speech: StockSpeech, *, after: float, rng: random.Random | None = None
    ) -> None:
        self._speech = speech
        self._after = after
        self._rng = rng or random.Random()
        self._last = ""
        self._said_at = -_MIN_INTERVAL
        self._numbers = itertools.count(1)
        # PCM of the fillers in progress by placeholder, and whether the LLM has begun.
        self._in_progress: dict[str, tuple[bytes, asyncio.Event]] = {}

    def choose(self) -> bytes | None:
        """PCM of a filler other than the last one; None if the store has no other."""
        others = [text for text in self._speech.phrases.fillers if text != self._last]
        for text in self._rng.sample(others, len(others)):
            if pcm := self._speech.pcm(text):
                self._last = text
                return pcm
        return None

    def say(self, session: AgentSession[None]) -> SpeechHandle | None:
        """Say a filler between two replies, as while a tool runs. None if one was just said, or if
        the store has no other.

        Raises:
            RuntimeError: The session is closing.
        """
        now = asyncio.get_running_loop().time()
        if now < self._said_at + _MIN_INTERVAL or self.choose() is None:
            return None
        self._said_at = now
        return self._speech.say(session, self._last)

    async def with_filler(
        self, pieces: AsyncGenerator[Piece], *, committed: Awaitable[object]
    ) -> AsyncGenerator[Piece]:
        """The LLM's `pieces`, with a placeholder in front if they are late.

        Args:
            committed: Done when the caller's turn is certainly over; until then the reply is
                preemptive, and nobody waits for it. No filler is said if it fails.
        """
        deadline = asyncio.create_task(self._deadline(committed), name="filler-deadline")
        reading = asyncio.create_task(_next(pieces), name="filler-reading")
        awaits_words, begun = True, asyncio.Event()
        try:
            while True:
                waiting = {reading, deadline} if awaits_words else {reading}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    if (piece := reading.result()) is None:
                        return
                    if text_of(piece):
                        awaits_words = False
                        deadline.cancel()
                        begun.set()
                    # Read on meanwhile: words that wait here are not late.
                    reading = asyncio.create_task(_next(pieces), name="filler-reading")
                    yield piece
                else:
                    awaits_words = False
                    is_due = not deadline.cancelled() and deadline.exception() is None
                    if is_due and (pcm := self.choose()):
                        placeholder = f"{_PLACEHOLDER}{next(self._numbers)}"
                        self._in_progress[placeholder] = (pcm, begun)
                        self._said_at = asyncio.get_running_loop().time()
                        yield placeholder
                        yield FlushSentinel()
        finally:
            begun.set()
            deadline.cancel()
            reading.cancel()
            await asyncio.gather(deadline, reading, return_exceptions=True)
            await pieces.aclose()

    def is_filler(self, text: str) -> bool:
        """Whether a segment that begins with `text` is a filler."""
        return text.startswith(_PLACEHOLDER)

    def frames(self, placeholder: str) -> AsyncIterator[rtc.AudioFrame]:
        """The sound of a filler, which ends when the LLM begins."""
        return until_stopped(*self._in_progress.pop(placeholder, (b"", asyncio.Event())))

    async def _deadline(self, committed: Awaitable[object]) -> None:
        await committed
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(self._after, self._said_at + _MIN_INTERVAL - now))


async def _next(pieces: AsyncIterator[Piece]) -> Piece | None:
    return await anext(pieces, None)
