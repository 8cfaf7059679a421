"""Items over a simulated network."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.slow_socket import DelayLine


async def test_items_keep_their_order() -> None:
    """A quick item does not overtake a slow one before it."""
    line: DelayLine[str] = DelayLine()
    line.put("slow", 0.05)
    line.put("quick", 0)
    assert [await line.get(), await line.get()] == ["slow", "quick"]


async def test_items_sent_together_arrive_together() -> None:
    """Ten items sent together arrive together, not one delay after the other."""
    line: DelayLine[int] = DelayLine()
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(10):
        line.put(number, 0.1)
    assert [await line.get() for _ in range(10)] == list(range(10))
    assert loop.time() - began == pytest.approx(0.1, abs=0.01)


async def test_a_waiting_reader_gets_a_later_item() -> None:
    """Without a second read."""
    line: DelayLine[str] = DelayLine()
    reader = asyncio.create_task(line.get())
    await asyncio.sleep(0)
    line.put("late", 0)
    assert await reader == "late"
