"""What it costs to be timed: a share of a core for each call, and time on the caller's path."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import UserStateChangedEvent
from livekit.agents.llm import ChatChunk, ChatMessage, ChoiceDelta
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import _SpeechHandleContextVar

from agent.latency.live import collector as module
from agent.latency.live.collector import Collector

SECONDS = 10
TOKENS = 60
"""A second, from a fast model; the answer of ten seconds of call."""


async def each(items: list[Any]) -> AsyncIterator[Any]:
    """What a provider gives."""
    for item in items:
        yield item


async def drain(items: AsyncIterator[Any]) -> None:
    """Take all of it."""
    async for _ in items:
        pass


async def cpu(make: Callable[[], AsyncIterator[Any]]) -> float:
    """Seconds of CPU that it takes to pass everything on, of the best of three."""
    took = []
    for _ in range(3):
        began = time.thread_time()
        await drain(make())
        took.append(time.thread_time() - began)
    return min(took)


@pytest.fixture
async def collector(listener: Any) -> Collector:
    """Times a call whose agent has the word; the loop's debugging is not part of the cost."""
    asyncio.get_running_loop().set_debug(False)
    return Collector("room", listener, sample_rate=16000)


async def test_ten_seconds_of_a_call_take_less_than_a_percent_of_a_core(
    collector: Collector,
) -> None:
    """The caller's frames, the model's tokens and the voice's frames, less the passing itself."""
    _SpeechHandleContextVar.set(SpeechHandle.create())
    generator = np.random.default_rng(1)
    heard = [
        rtc.AudioFrame(generator.normal(0, 2000, 160).astype(np.int16).tobytes(), 16000, 1, 160)
        for _ in range(SECONDS * 100)
    ]
    spoken = [rtc.AudioFrame(bytes(960), 24000, 1, 480)] * (SECONDS * 50)
    tokens = [ChatChunk(id="1", delta=ChoiceDelta(content="word "))] * (SECONDS * TOKENS)
    share = 0.0
    ways = ((heard, collector.hear), (tokens, collector.think), (spoken, collector.speak))
    for items, listen in ways:
        plain = await cpu(partial(each, items))
        timed = await cpu(lambda items=items, listen=listen: listen(each(items)))
        share += (timed - plain) / SECONDS
    assert share < 0.01


async def test_a_turn_is_made_later_by_less_than_a_millisecond(
    collector: Collector, make_segment: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is done between the caller's last sound and the agent's first, but the frames."""
    clock, message = asyncio.get_running_loop().time, ChatMessage(role="user", content=["Yes."])
    frame = rtc.AudioFrame(bytes(960), 24000, 1, 480)
    ended = UserStateChangedEvent(old_state="speaking", new_state="listening")
    took = []
    for _ in range(20):
        _SpeechHandleContextVar.set(SpeechHandle.create())
        began = time.perf_counter()
        collector._on_user_state(ended)
        collector.predicted(clock(), over=True)
        collector.commit(message)
        await drain(collector.think(each(["Good morning."])))
        await drain(collector.speak(each([frame])))
        module.on_segment(make_segment())
        collector.handed(clock())
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.001
