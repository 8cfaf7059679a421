"""Finished sound, given out as slowly as a model would have made it.

first_byte + per_character         real_time_factor for each further slice
|----------------------------|-----|-----|-----|
request                      1st   2nd   3rd   last slice
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass

from sandbox.conditions import Conditions
from sandbox.voice import Speech

from .options import SpeechOptions

_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some of the sound of one text."""

    pcm: bytes
    speech: Speech
    """The whole it is of."""
    start: float
    """Fraction of the whole before this slice."""
    end: float
    """Fraction of the whole up to its end."""
    is_cut: bool
    """Nothing more comes, although this is not the end of the whole."""

    @property
    def is_last(self) -> bool:
        """Whether nothing more comes."""
        return self.is_cut or self.end == 1.0


async def paced(
    sound: Awaitable[Speech],
    *,
    characters: int,
    conditions: Conditions,
    options: SpeechOptions,
    factor: float = 1.0,
    until: float = 1.0,
) -> AsyncIterator[Slice]:
    """The sound of a text of so many characters, each slice when the model has made it.

    Making the real sound goes on during the simulated wait and adds nothing to it. `factor`
    lengthens every wait; only the fraction `until` of the sound is given out. A text without
    sound takes its time all the same and gives no slice.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + conditions.first_byte(characters, factor=factor)
    speech = await sound
    total = len(speech.pcm)
    stop = int(total * until) // _SAMPLE_BYTES * _SAMPLE_BYTES
    start = 0
    await asyncio.sleep(due - loop.time())
    while start < stop:
        seconds = conditions.between(*(options.chunk if start else options.first_chunk))
        size = _SAMPLE_BYTES * round(seconds * speech.sample_rate)
        end = min(start + size, stop)
        if start:
            work = conditions.latency.real_time_factor * seconds * (end - start) / size
            due += conditions.delay(work, factor=factor)
            await asyncio.sleep(due - loop.time())
        yield Slice(
            pcm=speech.pcm[start:end],
            speech=speech,
            start=start / total,
            end=end / total,
            is_cut=end == stop < total,
        )
        start = end
