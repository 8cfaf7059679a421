"""PCM as frames: how fast they come, and how they end."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from livekit import rtc

from agent.assistant.pcm_frames import faded, in_portions, until_stopped
from tests.support import virtual_clock

RATE = 24000
SECOND = np.full(RATE, 1000, "<i2").tobytes()


def test_a_greeting_begins_at_once_and_goes_on_in_portions() -> None:
    """More than the track holds, less than LiveKit analyses; nothing is left out or changed."""
    pcm = np.arange(RATE * 2, dtype="<i2").tobytes()

    async def listen() -> list[tuple[float, rtc.AudioFrame]]:
        clock = asyncio.get_running_loop().time
        return [(clock(), frame) async for frame in in_portions(pcm)]

    given = virtual_clock.run(listen())
    began = given[0][0]
    at_once = sum(frame.duration for at, frame in given if at == began)
    assert 0.2 < at_once < 1.0
    times = sorted({at for at, _ in given})
    portions = [sum(f.duration for at, f in given if at == each) for each in times[1:]]
    assert max(portions) <= 0.2 + 1e-6
    assert times[-1] - began < 0.25
    assert b"".join(frame.data.tobytes() for _, frame in given) == pcm


@pytest.mark.parametrize("cut_at", [0.01, 0.3])
def test_sound_that_is_cut_ends_with_a_short_tail(cut_at: float) -> None:
    """Only what was given by then, a little ahead of what is heard, and the tail."""

    async def listen() -> float:
        cut = asyncio.Event()
        asyncio.get_running_loop().call_later(cut_at, cut.set)
        await asyncio.sleep(0)
        return sum([frame.duration async for frame in until_stopped(SECOND, cut)])

    seconds = virtual_clock.run(listen())
    assert cut_at + 0.25 <= seconds <= cut_at + 0.25 + 0.1


def test_sound_that_is_cut_before_it_begins_is_not_heard() -> None:
    """Its tail alone would be a clipped syllable."""

    async def listen() -> list[rtc.AudioFrame]:
        cut = asyncio.Event()
        cut.set()
        return [frame async for frame in until_stopped(SECOND, cut)]

    assert virtual_clock.run(listen()) == []


def test_the_tail_of_a_filler_fades() -> None:
    """No click at its end, even if less than a fade is left."""
    tail = np.frombuffer(faded(SECOND), "<i2")
    assert tail.size == RATE // 4
    assert tail[0] == 1000
    assert tail[-1] == 0
    assert faded(b"") == b""
    assert np.frombuffer(faded(SECOND[:20]), "<i2")[-1] == 0
