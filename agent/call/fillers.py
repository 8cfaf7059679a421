"""Fillers: a short phrase from the store, said when the LLM is late.

LiveKit speaks one reply after the other, so a filler has to be part of the late reply. When the
deadline passes without a word from the LLM, `cover` puts a mark and a flush into its text. LiveKit
makes a spoken segment of the mark, for which the agent (`receptionist.py`) gives `frames` to the
room and no text to the transcript, and so none to the history.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from contextlib import suppress
from typing import Final

import numpy as np
from livekit import rtc
from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk

from . import SAMPLE_RATE
from .stock_speech import StockSpeech

Piece = str | ChatChunk | FlushSentinel
"""What an LLM node yields."""

# Of Unicode's private use area: no LLM writes it, and a TTS has no sound for it.
_MARK: Final = "\ue000"
_FRAME: Final = 0.02  # seconds
# Seconds of sound ahead of what the caller hears: more could not be cut.
_LEAD: Final = 0.06
# Seconds that a filler goes on once the LLM has begun: about what the TTS then takes to begin.
_TAIL: Final = 0.25
_FADE: Final = 0.04  # seconds


class Fillers:
    """The fillers of one call.

    Args:
        after: Seconds without a word from the LLM after which one is said.
    """

    def __init__(
        self, speech: StockSpeech, *, after: float, chooser: random.Random | None = None
    ) -> None:
        self._speech = speech
        self._after = after
        self._chooser = chooser or random.Random()
        self._last = ""
        self._numbers = itertools.count(1)
        # Fillers under way by their mark: the PCM, and whether the LLM has begun.
        self._under_way: dict[str, tuple[bytes, asyncio.Event]] = {}

    def choose(self) -> bytes | None:
        """PCM of a filler other than the last one; None if the store has no other."""
        texts = self._speech.phrases.fillers
        ready = [(text, pcm) for text in texts if (pcm := self._speech.pcm(text))]
        fresh = [choice for choice in ready if choice[0] != self._last]
        if not fresh:
            return None
        self._last, pcm = self._chooser.choice(fresh)
        return pcm

    async def cover(
        self, pieces: AsyncIterable[Piece], *, committed: Awaitable[object]
    ) -> AsyncIterator[Piece]:
        """The LLM's `pieces`, with a mark in front if they are late.

        Args:
            committed: Done when the caller's turn is certainly over; until then the reply is
                preemptive, and nobody waits for it.
        """
        source = aiter(pieces)
        due = asyncio.create_task(self._due(committed), name="filler-due")
        reading = asyncio.create_task(_next(source), name="filler-reading")
        mark, begun = "", asyncio.Event()
        try:
            while True:
                waiting = {reading} if due.done() else {reading, due}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    if not begun.is_set() and (pcm := self.choose()):
                        mark = f"{_MARK}{next(self._numbers)}"
                        self._under_way[mark] = (pcm, begun)
                        yield mark
                        yield FlushSentinel()
                    continue
                piece = reading.result()
                if piece is None:
                    return
                if _says_something(piece):
                    due.cancel()
                    begun.set()
                yield piece
                reading = asyncio.create_task(_next(source), name="filler-reading")
        finally:
            begun.set()
            due.cancel()
            reading.cancel()
            await asyncio.gather(due, reading, return_exceptions=True)

    def is_filler(self, text: str) -> bool:
        """Whether a segment that begins with `text` is a filler."""
        return text.startswith(_MARK)

    async def frames(self, mark: str) -> AsyncIterator[rtc.AudioFrame]:
        """Sound for a mark, just ahead of what is heard, so that it ends when the LLM begins."""
        pcm, begun = self._under_way.pop(mark, (b"", asyncio.Event()))
        size = round(SAMPLE_RATE * _FRAME) * 2
        clock = asyncio.get_running_loop().time
        began = clock()
        for start in range(0, len(pcm), size):
            if begun.is_set():
                yield _frame(faded(pcm[start:]))
                return
            yield _frame(pcm[start : start + size])
            ahead = (start + size) / (SAMPLE_RATE * 2) - (clock() - began)
            if ahead > _LEAD:
                with suppress(TimeoutError):
                    await asyncio.wait_for(begun.wait(), ahead - _LEAD)

    async def _due(self, committed: Awaitable[object]) -> None:
        await committed
        await asyncio.sleep(self._after)


def _frame(pcm: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(pcm, SAMPLE_RATE, 1, len(pcm) // 2)


def faded(pcm: bytes) -> bytes:
    """The last of a filler: at most `_TAIL` seconds of `pcm`, silent at the end."""
    samples = np.frombuffer(pcm, "<i2")[: round(_TAIL * SAMPLE_RATE)].astype(np.float32)
    fade = min(samples.size, round(_FADE * SAMPLE_RATE))
    samples[samples.size - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return samples.astype("<i2").tobytes()


async def _next(source: AsyncIterator[Piece]) -> Piece | None:
    return await anext(source, None)


def _says_something(piece: Piece) -> bool:
    if isinstance(piece, ChatChunk):
        return bool(piece.delta and piece.delta.content)
    return isinstance(piece, str) and bool(piece)
