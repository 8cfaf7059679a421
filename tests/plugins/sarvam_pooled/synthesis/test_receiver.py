"""Events of a response as they come, and a loop that was held up meanwhile."""

from __future__ import annotations

import asyncio

import pytest
from livekit.plugins.sarvam_pooled.synthesis.receiver import next_event
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.transport.wire import Complete

from tests.support import virtual_clock


def test_silence_ends_the_wait() -> None:
    """At the time limit, not later."""

    async def work() -> float:
        with pytest.raises(TimeoutError):
            await next_event(ResponseStream(), 0.4)
        return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) == pytest.approx(0.4)


def test_messages_that_came_while_the_loop_was_held_up_count() -> None:
    """A time limit that strikes late is no proof of silence."""

    async def work() -> str:
        response = ResponseStream()
        loop = asyncio.get_running_loop()
        reader = asyncio.create_task(next_event(response, loop.time() + 0.05))
        await asyncio.sleep(0)

        def hold_up() -> None:
            virtual_clock.hold_up(0.12)
            # The socket is read a few steps later.
            loop.call_later(0.01, response.put, Complete())

        loop.call_soon(hold_up)
        return type(await reader).__name__

    assert virtual_clock.run(work()) == "Complete"


@pytest.mark.parametrize("held_up", [0.06, 0.12, 1.0])
def test_a_loop_that_is_always_late_does_not_put_off_the_limit_for_ever(held_up: float) -> None:
    """A silent server is given up after one extension."""

    async def hold_up_always() -> None:
        while True:
            virtual_clock.hold_up(held_up)
            await asyncio.sleep(0.001)

    async def work() -> float:
        busy = asyncio.create_task(hold_up_always())
        try:
            async with asyncio.timeout(30):
                await next_event(ResponseStream(), 0.4)
        except TimeoutError:
            return asyncio.get_running_loop().time()
        finally:
            busy.cancel()
        raise AssertionError

    assert virtual_clock.run(work()) <= 0.4 + 3 * held_up + 0.06
