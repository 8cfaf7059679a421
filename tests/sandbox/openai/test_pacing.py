"""The pace of a stream: its deadlines, and once on the real clock."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from sandbox.conditions import Latency
from sandbox.openai import OpenAIOptions, OpenAIStandIn, pacing
from sandbox.openai.chunks import Event
from sandbox.openai.pacing import Pace, send_events, sleep_until

from .conftest import Ask


def row(count: Any) -> Any:
    """Events of one character each."""
    return [Event(b"%d," % place, place, 1) for place in range(count)]


class Timer:
    """Replaces the loop's clock: each wait ends some seconds late."""

    def __init__(self, *lateness: Any) -> None:
        self.waits = []
        self._lateness = itertools.chain(lateness, itertools.repeat(lateness[-1]))

    async def __call__(self, due: Any) -> Any:
        self.waits.append(due)
        return due + next(self._lateness)


async def writes_of(events: Any, pace: Any, timer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The writes for these events with this timer."""
    monkeypatch.setattr(pacing, "sleep_until", timer)
    written, sent = [], []

    async def write(data: bytes) -> None:
        written.append(data)

    await send_events(events, pace, write, sent.append)
    assert sent == events
    return written


async def test_late_timers_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait is for the event's own deadline, however late the one before ended."""
    timer = Timer(0.0015)
    written = await writes_of(row(50), Pace(10.0, 0.002), timer, monkeypatch)
    assert timer.waits == [10.0 + place * 0.002 for place in range(50)]
    assert written == [b"%d," % place for place in range(50)]


async def test_events_that_are_late_leave_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one wait that ended late, all that came due meanwhile goes out in one write."""
    timer = Timer(0.0, 0.007, 0.0)
    written = await writes_of(row(7), Pace(10.0, 0.002), timer, monkeypatch)
    assert written == [b"0,", b"1,2,3,4,", b"5,", b"6,"]


async def test_a_time_past_does_not_wait() -> None:
    """`sleep_until` a past time returns the present one."""
    now = asyncio.get_running_loop().time()
    assert now <= await sleep_until(now - 1)


async def test_the_network_and_the_model_take_their_time(ask: Ask, stand_in: OpenAIStandIn) -> None:
    """At least: a new connection, the way there and back, the first byte, then the pace."""
    stand_in.account.options = OpenAIOptions(characters_per_second=1000)
    stand_in.conditions.latency = Latency(
        round_trip=0.02, first_byte=0.05, per_character=0, jitter=0, tail_probability=0
    )
    loop = asyncio.get_running_loop()
    for setup in (0.04, 0):
        began = loop.time()
        stream = await ask("what are your opening hours", stream=True)
        first, length = None, 0
        async for chunk in stream:
            first = first or loop.time() - began
            length += len(chunk.choices[0].delta.content or "")
        whole = loop.time() - began
        assert setup + 0.07 <= first
        assert setup + 0.07 + (length - 8) / 1000 <= whole
