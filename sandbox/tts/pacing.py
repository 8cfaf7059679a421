"""A text as sound, sent as slowly as a model would make it, with the fault that strikes it.

first_byte + per_character         real_time_factor for each further slice
|----------------------------|-----|-----|-----|
request                      1st   2nd   3rd   last slice
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Literal

from sandbox.conditions import Conditions, Fault, slowdown
from sandbox.voice import Speech, speak_timed, tone, word_tones
from sandbox.voice.words import word_times

from .account import SpeechOptions

_SAMPLE_BYTES = 2
# Faults after which nothing more of the reply is sent.
_ENDING = frozenset({"drop", "stall", "error", "close"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Part of the sound of one text."""

    pcm: bytes
    speech: Speech
    """The whole sound."""
    start: float
    """Fraction of the whole before this slice."""
    end: float
    """Fraction of the whole up to the end of this slice."""
    is_cut: bool
    """Nothing more is sent, although the sound goes on."""
    is_garbage: bool
    """Send something that is not of the protocol in its place."""

    @property
    def is_last(self) -> bool:
        """Whether nothing more is sent."""
        return self.is_cut or self.end == 1.0


async def make_sound(
    text: str,
    *,
    kind: Literal["espeak", "tone", "words"],
    language: str,
    pace: float,
    sample_rate: int,
    speaker: str,
) -> Speech:
    """`text` as 16-bit mono PCM at `sample_rate` Hz; tones have their words spread evenly."""
    if kind == "espeak":
        return await speak_timed(
            text, language=language, pace=pace, sample_rate=sample_rate, voice=speaker
        )
    make = tone if kind == "tone" else word_tones
    pcm = make(text, pace=pace, sample_rate=sample_rate)
    words = word_times(text, [], [], len(pcm) / 2 / sample_rate)
    return Speech(pcm=pcm, sample_rate=sample_rate, words=words)


async def paced(
    sound: Awaitable[Speech],
    *,
    characters: int,
    conditions: Conditions,
    options: SpeechOptions,
    fault: Fault | None = None,
) -> AsyncIterator[Slice]:
    """The sound of a text of `characters` characters, each slice when the model has made it.

    Real synthesis runs during the simulated wait and adds nothing to it. A text without sound
    takes its time all the same and gives no slice. Of the faults, `slow` lengthens every wait,
    `garbage` marks one slice, and `drop`, `stall`, `error` and `close` end the sound early; the
    caller does the rest.
    """
    loop = asyncio.get_running_loop()
    factor = slowdown(fault)
    due = loop.time() + conditions.first_byte(characters, factor=factor)
    speech = await sound
    total = len(speech.pcm)
    until = fault.at if fault is not None and fault.kind in _ENDING else 1.0
    stop = int(total * until) // _SAMPLE_BYTES * _SAMPLE_BYTES
    garbage = fault.at * total if fault is not None and fault.kind == "garbage" else None
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
        is_garbage = garbage is not None and end >= garbage
        garbage = None if is_garbage else garbage
        yield Slice(
            pcm=speech.pcm[start:end],
            speech=speech,
            start=start / total,
            end=end / total,
            is_cut=end == stop < total,
            is_garbage=is_garbage,
        )
        start = end
