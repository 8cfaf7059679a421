"""Time that jumps to the next timer."""

from __future__ import annotations

import asyncio
import time

import pytest

from . import virtual_clock


def test_an_hour_takes_no_time() -> None:
    """Timers run in order, each at its time."""
    ran: list[tuple[str, float]] = []

    async def work() -> float:
        loop = asyncio.get_running_loop()
        for name, after in (("second", 1800.0), ("first", 0.5)):
            loop.call_later(after, lambda name=name: ran.append((name, loop.time())))
        await asyncio.sleep(3600)
        return loop.time()

    began = time.monotonic()
    assert virtual_clock.run(work()) == pytest.approx(3600)
    assert time.monotonic() - began < 60
    assert ran == [("first", pytest.approx(0.5)), ("second", pytest.approx(1800))]


def test_a_callback_that_holds_up_the_loop_makes_timers_late() -> None:
    """As a busy machine does."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        late: asyncio.Future[float] = loop.create_future()
        loop.call_later(1, lambda: late.set_result(loop.time()))
        loop.call_later(0.5, virtual_clock.hold_up, 2)
        return await late

    assert virtual_clock.run(work()) == pytest.approx(2.5)


def test_a_wait_that_nothing_can_end_fails() -> None:
    """It would be a test that hangs."""

    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="nothing is scheduled"):
        virtual_clock.run(work())


def test_only_a_loop_on_this_clock_can_be_held_up() -> None:
    """On another one time passes by itself."""

    async def work() -> None:
        with pytest.raises(AssertionError):
            virtual_clock.hold_up(1)

    asyncio.run(work())


@virtual_clock.with_sockets
async def test_messages_on_their_way_come_before_any_time_limit() -> None:
    """An hour of silence takes 50 ms; an answer is never late, however long the loop is busy."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await asyncio.sleep(3600)
        writer.write(await reader.readline())
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"one\ntwo\n")
        async with asyncio.timeout(0.5):
            assert await reader.readline() == b"one\n"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3599):
                await reader.readline()
        async with asyncio.timeout(1.5):
            assert await reader.readline() == b"two\n"
        writer.close()
