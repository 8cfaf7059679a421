"""PCM of the store (s16le mono, `SAMPLE_RATE` Hz) as paced frames of 20 ms for the room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import numpy as np
from livekit import rtc

from ..config.audio import SAMPLE_RATE

_FRAME_BYTES: Final = round(SAMPLE_RATE * 0.02) * 2
# Frames in the first portion: more than the 200 ms that LiveKit's track holds, less than the
# second from which LiveKit measures the speaking rate.
_FIRST_FRAMES: Final = 15
_PORTION_FRAMES: Final = 10
_PORTION_PAUSE: Final = 0.02  # seconds
# Seconds of sound ahead of playback: what was sent cannot be taken back.
_MAX_AHEAD: Final = 0.06
# Seconds that sound continues once it is stopped: about as long as the TTS then takes to begin.
_TAIL: Final = 0.25
_FADE: Final = 0.04  # seconds


async def in_portions(pcm: bytes) -> AsyncIterator[rtc.AudioFrame]:
    """Frames for LiveKit's `say(audio=...)`: the beginning at once, the rest at ten times the speed
    of playback.

    LiveKit measures the speaking rate on the loop, 2 to 3 ms for each tenth of a second
    (measured), and sends nothing meanwhile: a greeting in one piece is heard 60 to 180 ms later
    than one in portions.
    """
    for number, start in enumerate(range(0, len(pcm), _FRAME_BYTES)):
        if number >= _FIRST_FRAMES and (number - _FIRST_FRAMES) % _PORTION_FRAMES == 0:
            await asyncio.sleep(_PORTION_PAUSE)
        yield _frame(pcm[start : start + _FRAME_BYTES])


async def until_stopped(pcm: bytes, stop: asyncio.Event) -> AsyncIterator[rtc.AudioFrame]:
    """Frames just ahead of playback. Once `stop` is set, what was begun fades out."""
    clock = asyncio.get_running_loop().time
    began = clock()
    for start in range(0, len(pcm), _FRAME_BYTES):
        if stop.is_set():
            if start:
                yield _frame(faded(pcm[start:]))
            return
        yield _frame(pcm[start : start + _FRAME_BYTES])
        ahead = (start + _FRAME_BYTES) / (SAMPLE_RATE * 2) - (clock() - began)
        if ahead > _MAX_AHEAD:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), ahead - _MAX_AHEAD)


def faded(pcm: bytes) -> bytes:
    """The first `_TAIL` seconds of `pcm` at most, silent at their end."""
    samples = np.frombuffer(pcm, "<i2")[: round(_TAIL * SAMPLE_RATE)].astype(np.float32)
    fade = min(samples.size, round(_FADE * SAMPLE_RATE))
    samples[samples.size - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return samples.astype("<i2").tobytes()


def _frame(pcm: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(pcm, SAMPLE_RATE, 1, len(pcm) // 2)
