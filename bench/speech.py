"""One reply through a TTS as an agent would drive it, and what the caller hears of it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from livekit.agents import APIError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

TOKEN_CHARACTERS = 4
TOKEN_SECONDS = 0.016
# A sample above this is audible: about -40 dBFS, above codec noise and encoder delay.
AUDIBLE = 328
# A gap in the audio that a listener notices as one.
STALL = 0.05  # seconds


@dataclass(slots=True)
class Heard:
    """A reply as it reached the caller. Times in seconds from the LLM's first token."""

    text: str
    first_audible: float | None = None
    """The moment at which the first audible sample plays."""
    stalled: float = 0.0
    """Silence because audio came too late, once playing had begun."""
    done: float = 0.0
    """When the last audio arrived."""
    failed: str = ""
    pcm: bytearray = field(default_factory=bytearray, repr=False)
    sample_rate: int = 0

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.sample_rate if self.sample_rate else 0.0


async def speak(
    voice: tts.TTS[Any],
    text: str,
    *,
    stop_after: float | None = None,
    conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
) -> Heard:
    """Feed `text` token by token as an LLM would write it, and listen.

    Args:
        stop_after: Barge in so many seconds after the first audio.
    """
    clock = asyncio.get_running_loop().time
    heard = Heard(text)
    stream = voice.stream(conn_options=conn_options)
    began = clock()
    feeding = asyncio.create_task(_feed(stream, text, began))
    plays_until = 0.0
    try:
        async for event in stream:
            now = clock() - began
            frame = event.frame
            if not heard.sample_rate:
                heard.sample_rate, plays_until = frame.sample_rate, now
            if now > plays_until + STALL:
                heard.stalled += now - plays_until
            plays_until = max(plays_until, now)
            if heard.first_audible is None:
                loud = np.flatnonzero(np.abs(np.frombuffer(frame.data, np.int16)) > AUDIBLE)
                if loud.size:
                    heard.first_audible = plays_until + int(loud[0]) / frame.sample_rate
            plays_until += frame.duration
            heard.pcm += frame.data.tobytes()
            heard.done = now
            if stop_after is not None and now > (heard.first_audible or now) + stop_after:
                break
    except APIError as error:
        heard.failed = type(error).__name__
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding
        await stream.aclose()
    return heard


async def _feed(stream: tts.SynthesizeStream, text: str, began: float) -> None:
    clock = asyncio.get_running_loop().time
    for number, start in enumerate(range(0, len(text), TOKEN_CHARACTERS)):
        # By the clock and not by sleeps added up, so that a slow machine feeds no slower.
        await asyncio.sleep(max(0.0, began + number * TOKEN_SECONDS - clock()))
        stream.push_text(text[start : start + TOKEN_CHARACTERS])
    stream.end_input()
