"""The scripted STT: when its results come, in seconds of the stream."""

from __future__ import annotations

import asyncio

import numpy as np
from livekit import rtc
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS

from bench.false_endpoints.clip_stt import ClipStream, ClipSTT
from bench.false_endpoints.clips import RATE, Stretch

WORDS = (
    Stretch(text="my name is", begins=0.1, ends=0.5),
    Stretch(text="Ravi", begins=0.7, ends=1.0),
    Stretch(text="Kumar", begins=1.5, ends=2.0),
)


def listen(stream: ClipStream, seconds: float) -> None:
    """Push this much silence: the sound makes no difference."""
    frame = rtc.AudioFrame(np.zeros(RATE // 100, np.int16).tobytes(), RATE, 1, RATE // 100)
    for _ in range(round(seconds * 100)):
        stream.push_frame(frame)


async def results(*, flush_at: float | None = None) -> list[str]:
    """The results."""
    stream = ClipSTT(WORDS, language="en-IN").stream(conn_options=DEFAULT_API_CONNECT_OPTIONS)
    if flush_at is not None:
        listen(stream, flush_at)
        stream.flush()
        listen(stream, 3 - flush_at)
    else:
        listen(stream, 3)
    async with asyncio.timeout(5):
        heard = []
        while " ".join(heard) != "my name is Ravi Kumar":
            heard.append((await anext(stream)).alternatives[0].text)
    await stream.aclose()
    return heard


async def test_a_pause_ends_a_result() -> None:
    """A shorter one, as between the first two stretches, does not."""
    assert await results() == ["my name is Ravi", "Kumar"]


async def test_so_does_a_flush() -> None:
    """At once."""
    assert await results(flush_at=0.6) == ["my name is", "Ravi", "Kumar"]


async def test_a_flush_in_mid_word_ends_nothing() -> None:
    """The words being spoken then belong to the next result."""
    assert await results(flush_at=0.8) == ["my name is Ravi", "Kumar"]
