"""Events of an answer as they come, and a loop that was held up meanwhile."""

from __future__ import annotations

import asyncio
import time

import pytest
from livekit.plugins.sarvam_pooled.synthesis.receiver import next_event
from livekit.plugins.sarvam_pooled.transport.answer import Answer
from livekit.plugins.sarvam_pooled.transport.wire import Complete

from . import virtual_clock


def test_silence_ends_the_wait() -> None:
    """At the time limit, not later."""

    async def work() -> float:
        with pytest.raises(TimeoutError):
            await next_event(Answer(), 0.4)
        return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) == pytest.approx(0.4)


def test_messages_that_came_while_the_loop_was_held_up_count() -> None:
    """A time limit that strikes late is no proof of silence."""

    async def work() -> str:
        answer = Answer()
        loop = asyncio.get_running_loop()
        reader = asyncio.create_task(next_event(answer, loop.time() + 0.05))
        await asyncio.sleep(0)

        def hold_up() -> None:
            time.sleep(0.12)
            # The socket is read a few steps later.
            loop.call_later(0.01, answer.put, Complete())

        loop.call_soon(hold_up)
        return type(await reader).__name__

    assert asyncio.run(work()) == "Complete"
