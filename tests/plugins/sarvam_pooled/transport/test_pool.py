"""The pool's shell against the stand-in: who gets a connection, when, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectFailed,
    PoolTimeout,
    ProviderFailed,
    RequestRefused,
)
from livekit.plugins.sarvam_pooled.options import PoolLimits, Socket
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.transport.pool import Pool
from livekit.plugins.sarvam_pooled.voice import Voice

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import HINDI, KEY, ONE_CONNECT, SLOW, VOICE, MakeRig, speak


async def test_waiters_are_served_side_by_side(make_rig: MakeRig) -> None:
    """A cold pool gives three Segments three connections in the time of one."""
    async with make_rig(latency=SLOW, min_idle=0) as rig:
        clock = asyncio.get_running_loop().time
        began = clock()
        leases = await asyncio.gather(*(rig.acquire() for _ in range(3)))
        # One after the other would take as many times as long as there are connections.
        assert clock() - began < 2.7 * ONE_CONNECT
        assert len({lease.connection for lease in leases}) == 3
        assert not any(lease.reused for lease in leases)
        assert all(lease.waited > ONE_CONNECT / 2 for lease in leases)


async def test_a_warm_connection_costs_nothing(make_rig: MakeRig) -> None:
    """It is granted in the same step, configured already."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        assert lease.reused
        assert lease.waited < 0.1
        await lease.connection.configure(VOICE)
        assert await speak(lease) > 0
        lease.release()
        assert rig.pool.statistics().configs == rig.pool.statistics().connects


async def test_the_cap_holds_and_nobody_starves(make_rig: MakeRig) -> None:
    """Twenty-four Segments over three connections: all are served, one config each."""
    async with make_rig(max_connections=3) as rig:

        async def segment() -> int:
            lease = await rig.acquire(timeout=10)
            await lease.connection.configure(VOICE)
            size = await speak(lease)
            lease.release()
            return size

        assert all(await asyncio.gather(*(segment() for _ in range(24))))
        assert rig.stand_in.describe()["connections"]["peak"] == 3
        assert rig.stand_in.stats["configs"] == rig.stand_in.stats["connects"] == 3


async def test_a_connection_that_is_closing_is_not_handed_out(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reader has not told of it yet: it is asked at checkout."""
    async with make_rig() as rig:
        await rig.warm()
        closing = set(rig.pool._slots)
        alive = Connection.alive.fget  # type: ignore[attr-defined]
        monkeypatch.setattr(
            Connection, "alive", property(lambda self: self not in closing and alive(self))
        )
        lease = await rig.acquire()
        assert lease.connection not in closing
        assert await speak(lease) > 0


async def test_another_voice_is_told_to_an_idle_connection(make_rig: MakeRig) -> None:
    """The same model speaks all languages; one config more, no connect more."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire(HINDI)
        await lease.connection.configure(HINDI)
        assert await speak(lease) > 0
        lease.release()
        again = await rig.acquire(HINDI)
        assert again.connection is lease.connection
        await again.connection.configure(HINDI)
        stats = rig.stand_in.stats
        await until(lambda: (stats["connects"], stats["configs"]) == (3, 4))


async def test_a_wrong_key_is_told_to_who_asks_and_not_tried_for_ever(make_rig: MakeRig) -> None:
    """403: the waiter hears of it, and spares are left alone."""
    async with make_rig(key="bad-key", backoff_initial=0.001) as rig:
        with pytest.raises(RequestRefused, match="SARVAM_API_KEY"):
            await rig.acquire()
        await until(lambda: rig.pool.statistics().connecting == 0)
        failures = rig.pool.statistics().failures
        await asyncio.sleep(0.1)
        assert rig.pool.statistics().failures == failures


async def test_a_failed_connect_is_told_at_once(make_rig: MakeRig) -> None:
    """Nobody waits for a time limit when the answer is known."""
    async with make_rig(Fault(kind="refuse", code=503), min_idle=0) as rig:
        clock = asyncio.get_running_loop().time
        began = clock()
        with pytest.raises(ProviderFailed, match="503"):
            await rig.acquire(timeout=5)
        assert clock() - began < 1


async def test_a_mistake_in_connecting_is_told_too() -> None:
    """An exception that no library promised leaves nobody waiting."""

    async def connect(_: Voice, __: Callable[[Connection], None]) -> Connection:
        raise ZeroDivisionError("something secret")

    pool = Pool(connect, voice=VOICE, limits=PoolLimits(min_idle=0))
    with pytest.raises(ConnectFailed, match="ZeroDivisionError") as caught:
        await pool.acquire(VOICE, timeout=2)
    assert "secret" not in str(caught.value)
    await pool.aclose()


async def test_a_pool_timeout_says_what_the_pool_was_doing(make_rig: MakeRig) -> None:
    """How long was waited, and who had the connections."""
    async with make_rig(max_connections=1, min_idle=0) as rig:
        await rig.acquire()
        message = r"within 0\.05 s: <Pool 0 idle, 1 leased, 0 connecting of 1 \| 1 waiting"
        with pytest.raises(PoolTimeout, match=message):
            await rig.acquire(timeout=0.05)
        assert rig.pool.statistics().waiting == 0


async def test_a_dropped_connection_is_closed_in_the_background(make_rig: MakeRig) -> None:
    """Whoever drops it does not wait, and being cancelled meanwhile changes nothing."""
    async with make_rig(min_idle=0) as rig:
        lease = await rig.acquire()

        async def barge_in() -> None:
            lease.discard()
            await asyncio.Event().wait()

        clock = asyncio.get_running_loop().time
        task = asyncio.create_task(barge_in())
        began = clock()
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert clock() - began < 0.1
        assert not lease.connection.alive
        await until(lambda: rig.open == 0)


async def test_a_cancelled_wait_takes_no_connection(make_rig: MakeRig) -> None:
    """Not even one that was granted in the same moment."""
    async with make_rig(max_connections=1, min_idle=0) as rig:
        first = await rig.acquire()
        waiting = asyncio.create_task(rig.acquire())
        await asyncio.sleep(0)
        # The connection comes back and is granted, and before the waiter runs it is cancelled.
        first.release()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert rig.idle == 1
        assert (await rig.acquire()).connection is first.connection


async def test_a_lease_ends_once(make_rig: MakeRig) -> None:
    """What comes after the first end is nobody's connection any more."""
    async with make_rig(min_idle=0) as rig:
        lease = await rig.acquire()
        lease.release()
        again = await rig.acquire()
        lease.discard()
        assert again.connection.alive
        assert await speak(again) > 0


async def test_statistics_and_repr_tell_without_the_key(make_rig: MakeRig) -> None:
    """Counts of everything, in one line."""
    async with make_rig() as rig:
        await rig.warm()
        await rig.acquire()
        await until(lambda: rig.idle == 2)
        assert repr(rig.pool) == (
            "<Pool 2 idle, 1 leased, 0 connecting of 6 | 0 waiting | 3 connects, 3 configs>"
        )
        assert KEY not in repr(rig.pool) + repr(rig.pool.statistics()) + repr(rig.pool._slots)


async def test_a_closed_pool_ends_those_who_wait_and_who_come_after(make_rig: MakeRig) -> None:
    """With an error that says so and is not worth another try."""
    async with make_rig(max_connections=1, min_idle=0) as rig:
        lease = await rig.acquire()
        waiting = asyncio.create_task(rig.acquire())
        await asyncio.sleep(0)
        await rig.pool.aclose()
        for late in (waiting, rig.acquire()):
            with pytest.raises(Closed, match="make a new one"):
                await late
        # What is still held ends without a trace.
        lease.release()
        rig.pool.prewarm()
        rig.pool.set_voice(HINDI)
        await rig.pool.aclose()
        await until(lambda: rig.open == 0)


async def test_closing_gives_up_connects_under_way() -> None:
    """A server that takes the connection and never answers does not hold up the end."""
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        gone.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def connect(voice: Voice, on_lost: Callable[[Connection], None]) -> Connection:
        return await open_connection(
            f"ws://127.0.0.1:{port}/",
            voice=voice,
            api_key=KEY,
            timeout=30.0,
            close_timeout=0.2,
            tuning=Socket(),
            ping_interval=60,
            liveness_timeout=1.0,
            on_lost=on_lost,
        )

    pool = Pool(connect, voice=VOICE, limits=PoolLimits(min_idle=1))
    pool.prewarm()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        await pool.aclose()
        await gone.wait()
    server.close()
    assert {t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("sarvam")} == set()
