"""Time that jumps to the next timer."""

from __future__ import annotations

import asyncio
import sys
import threading
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

    assert virtual_clock.run(work()) == pytest.approx(3600)
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


@pytest.mark.real_clock
async def test_only_a_loop_on_this_clock_can_be_held_up() -> None:
    """On another one time passes by itself."""
    with pytest.raises(AssertionError):
        virtual_clock.hold_up(1)


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


async def test_a_stall_of_the_machine_breaks_no_time_limit() -> None:
    """No time passes in it."""
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, 0.3)
    async with asyncio.timeout(0.2):
        await asyncio.sleep(0.1)


async def test_a_thread_that_hangs_meets_its_time_limit() -> None:
    """Later than by the machine's clock: one that is only slow does not."""
    released, began = threading.Event(), time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await asyncio.to_thread(released.wait)
    released.set()
    assert time.monotonic() - began > 0.25


async def test_a_process_has_its_time() -> None:
    """Without a timer the loop waits for it, and for what it leaves behind."""
    code = "import os, time; os.fork() or time.sleep(0.2); print('it')"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.read() == b"it\nit\n"
    assert await process.wait() == 0


async def test_time_passes_in_a_loop_that_never_rests() -> None:
    """Or a flood of messages would outlast every time limit."""

    async def never_rest() -> None:
        while True:  # noqa: ASYNC110 (that is the point)
            await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(never_rest(), 0.1)
