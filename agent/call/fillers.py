"""Fillers: a short phrase from the store, said when the language model takes long.

LiveKit speaks one reply after the other, so a filler has to be part of the reply that is late. It
is: when the deadline passes without a word from the model, `cover` puts a mark and a flush into the
model's text. LiveKit makes a spoken segment of the mark, for which the agent (`receptionist.py`)
gives `frames` to the room and no text to the transcript, and so none to the history.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np
from livekit import rtc
from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk

Piece = str | ChatChunk | FlushSentinel
"""What a language model's node yields."""

# Of Unicode's private use: no model writes it, and nothing is said if it is ever spoken.
_MARK: Final = "\ue000"
_FRAME: Final = 0.02  # seconds
# Seconds of sound in front of what the caller hears: more could not be cut.
_LEAD: Final = 0.06
# Seconds that a filler goes on once the model has begun: about what the voice then takes to begin.
_TAIL: Final = 0.25
_FADE: Final = 0.04  # seconds


class Fillers:
    """The fillers of one call.

    Args:
        texts: What may be said.
        audio: PCM (s16le mono) of one of them, None while the store has none.
        sample_rate: Hz of that PCM.
        after: Seconds without a word from the model after which one is said.
    """

    def __init__(
        self,
        texts: Sequence[str],
        audio: Callable[[str], bytes | None],
        *,
        sample_rate: int,
        after: float,
        chooser: random.Random | None = None,
    ) -> None:
        self.texts = texts
        self._audio = audio
        self._rate = sample_rate
        self._after = after
        self._chooser = chooser or random.Random()
        self._last = ""
        self._numbers = itertools.count(1)
        # Fillers under way by their mark: the PCM, and whether the model has begun.
        self._under_way: dict[str, tuple[bytes, asyncio.Event]] = {}

    def choose(self) -> bytes | None:
        """PCM of a filler, but not of the one before; None if the store has no other."""
        ready = [(text, pcm) for text in self.texts if (pcm := self._audio(text))]
        fresh = [choice for choice in ready if choice[0] != self._last]
        if not fresh:
            return None
        self._last, pcm = self._chooser.choice(fresh)
        return pcm

    async def cover(
        self, pieces: AsyncIterable[Piece], *, committed: Awaitable[object]
    ) -> AsyncIterator[Piece]:
        """The model's `pieces`, with a mark in front if they are late.

        Args:
            committed: Done when the caller's turn is certainly over; until then the model runs on
                speculation, and nobody waits.
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
        """Sound for a mark, just ahead of what is heard, so that it ends when the model begins."""
        pcm, begun = self._under_way.pop(mark, (b"", asyncio.Event()))
        size = round(self._rate * _FRAME) * 2
        clock = asyncio.get_running_loop().time
        began = clock()
        for start in range(0, len(pcm), size):
            if begun.is_set():
                yield self._frame(faded(pcm[start:], sample_rate=self._rate))
                return
            yield self._frame(pcm[start : start + size])
            ahead = (start + size) / (self._rate * 2) - (clock() - began)
            if ahead > _LEAD:
                with suppress(TimeoutError):
                    await asyncio.wait_for(begun.wait(), ahead - _LEAD)

    async def _due(self, committed: Awaitable[object]) -> None:
        await committed
        await asyncio.sleep(self._after)

    def _frame(self, pcm: bytes) -> rtc.AudioFrame:
        return rtc.AudioFrame(pcm, self._rate, 1, len(pcm) // 2)


def faded(pcm: bytes, *, sample_rate: int) -> bytes:
    """The last of a filler: at most `_TAIL` seconds of `pcm`, silent at the end."""
    samples = np.frombuffer(pcm, "<i2")[: round(_TAIL * sample_rate)].astype(np.float32)
    fade = min(samples.size, round(_FADE * sample_rate))
    samples[samples.size - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return samples.astype("<i2").tobytes()


async def _next(source: AsyncIterator[Piece]) -> Piece | None:
    return await anext(source, None)


def _says_something(piece: Piece) -> bool:
    if isinstance(piece, ChatChunk):
        return bool(piece.delta and piece.delta.content)
    return isinstance(piece, str) and bool(piece)
