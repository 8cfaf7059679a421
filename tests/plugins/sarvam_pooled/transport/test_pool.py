"""The pool's shell: which Segment gets a connection, when, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectFailed,
    ConnectionLost,
    PoolTimeout,
    ProviderFailed,
    RequestRefused,
)
from livekit.plugins.sarvam_pooled.options import PoolLimits, Socket, Timeouts
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.transport.pool import Pool
from livekit.plugins.sarvam_pooled.voice import Voice
from websockets.protocol import State

from tests.support import virtual_clock
from tests.support.until import until

from .conftest import HINDI, KEY, VOICE, MakeRig, speak
from .scripted_socket import Network, pooled


def test_waiters_are_served_side_by_side() -> None:
    """A cold pool gives three Segments three connections in the time of one."""

    async def work() -> None:
        async with pooled(Network(takes=0.3), min_idle=0) as pool:
            leases = await asyncio.gather(*(pool.acquire(VOICE, timeout=1) for _ in range(3)))
            assert len({lease.connection for lease in leases}) == 3
            assert [lease.waited for lease in leases] == pytest.approx([0.3] * 3)
            assert not any(lease.reused for lease in leases)

    virtual_clock.run(work())


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


def test_a_connection_that_is_closing_is_not_leased() -> None:
    """Its reader has not reported the end yet: the pool looks when it leases. The connection is
    neither idle nor leased then."""

    async def work() -> None:
        network = Network()
        async with pooled(network, min_idle=2, max_connections=3) as pool:
            pool.prewarm()
            await asyncio.sleep(1)
            network.sockets[0].state = State.CLOSING
            lease = await pool.acquire(VOICE, timeout=1)
            assert lease.connection is network.connections[1]
            await asyncio.sleep(1)
            counts = pool.statistics()
            assert (counts.idle, counts.leased, counts.connecting) == (1, 1, 0)
            network.sockets[0].drop()
            await asyncio.sleep(1)
            counts = pool.statistics()
            assert (counts.idle, counts.leased, counts.connects) == (2, 1, 4)

    virtual_clock.run(work())


async def test_another_voice_is_configured_on_an_idle_connection(make_rig: MakeRig) -> None:
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


def test_a_refused_key_fails_the_waiter_and_is_not_retried_for_ever() -> None:
    """The waiter gets the error, and no idle connection is opened with the key again."""

    async def work() -> None:
        network = Network()
        network.error = RequestRefused("wrong key", status=403)
        async with pooled(network, min_idle=2) as pool:
            with pytest.raises(RequestRefused, match="wrong key"):
                await pool.acquire(VOICE, timeout=1)
            await asyncio.sleep(1000)
            assert set(network.connects) == {0}
            assert pool.statistics().connecting == 0

    virtual_clock.run(work())


def test_a_failed_connect_fails_the_waiter_at_once() -> None:
    """It does not wait for its time limit."""

    async def work() -> float:
        network = Network(takes=0.3)
        network.error = ProviderFailed("x", status=503)
        async with pooled(network, min_idle=0) as pool:
            with pytest.raises(ProviderFailed):
                await pool.acquire(VOICE, timeout=5)
            return asyncio.get_running_loop().time()

    assert virtual_clock.run(work()) == pytest.approx(0.3)


@pytest.mark.parametrize("is_reported", [True, False])
def test_a_connection_that_is_closed_before_its_config_fails_the_waiter(is_reported: bool) -> None:
    """Whether its reader or the config finds the end first: the server takes connections and drops
    them, and a waiter that had another one opened each time would hear of it after its timeout."""

    async def work() -> None:
        network = Network(takes=0.3, takes_no_text=True)
        network.on_open = (lambda: network.sockets[-1].drop()) if is_reported else lambda: None
        async with pooled(network, min_idle=0) as pool:
            with pytest.raises(ConnectionLost):
                await pool.acquire(VOICE, timeout=5)
            assert asyncio.get_running_loop().time() == pytest.approx(0.3)
            await asyncio.sleep(1000)
            assert network.connects == [0]
            assert pool.is_down

    virtual_clock.run(work())


async def test_a_bug_in_connecting_fails_the_waiter_too() -> None:
    """An exception that no library documents leaves no Segment waiting."""

    async def connect(_: Voice, __: Callable[[Connection], None]) -> Connection:
        raise ZeroDivisionError("something secret")

    pool = Pool(connect, voice=VOICE, limits=PoolLimits(min_idle=0))
    with pytest.raises(ConnectFailed, match="ZeroDivisionError") as caught:
        await pool.acquire(VOICE, timeout=2)
    assert "secret" not in str(caught.value)
    await pool.aclose()


def test_a_pool_timeout_says_what_the_pool_was_doing() -> None:
    """How long the Segment waited, and what the connections were doing."""

    async def work() -> None:
        async with pooled(Network(), max_connections=1, min_idle=0) as pool:
            await pool.acquire(VOICE, timeout=1)
            message = r"within 5 s: <Pool 0 idle, 1 leased, 0 connecting of 1 \| 1 waiting"
            with pytest.raises(PoolTimeout, match=message):
                await pool.acquire(VOICE, timeout=5)
            assert asyncio.get_running_loop().time() == pytest.approx(5)
            assert pool.statistics().waiting == 0

    virtual_clock.run(work())


async def test_a_dropped_connection_is_closed_in_the_background(make_rig: MakeRig) -> None:
    """The Segment that drops it does not wait, and its cancellation changes nothing."""
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


def test_a_grant_that_is_cancelled_does_not_end_the_back_off() -> None:
    """Nothing was sent on the connection: refills still wait."""

    async def work() -> None:
        network = Network()
        async with pooled(network, min_idle=2, max_connections=2, backoff_initial=8) as pool:
            pool.prewarm()
            await asyncio.sleep(0.1)
            for connection in network.connections:
                network.socket_of(connection).drop()
            await asyncio.sleep(0.1)
            waiting = asyncio.create_task(pool.acquire(VOICE, timeout=1))
            network.on_open = waiting.cancel
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await asyncio.sleep(0.1)
            assert pool.statistics().idle == 1
            assert network.connects == [0.0, 0.0, 0.2]

    virtual_clock.run(work())


async def test_statistics_and_repr_do_not_hold_the_key(make_rig: MakeRig) -> None:
    """Counts of everything, in one line."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        await until(lambda: rig.idle == 2)
        assert repr(rig.pool) == (
            "<Pool 2 idle, 1 leased, 0 connecting of 6 | 0 waiting | 3 connects, 3 configs>"
        )
        assert KEY not in repr(rig.pool) + repr(rig.pool.statistics()) + repr(lease.connection)


async def test_a_closed_pool_fails_present_and_later_waiters(make_rig: MakeRig) -> None:
    """With an error that says so and is not worth a retry."""
    async with make_rig(max_connections=1, min_idle=0) as rig:
        lease = await rig.acquire()
        waiting = asyncio.create_task(rig.acquire())
        await asyncio.sleep(0)
        await rig.pool.aclose()
        for late in (waiting, rig.acquire()):
            with pytest.raises(Closed, match="make a new one"):
                await late
        # A lease that is still held can end as usual.
        lease.release()
        rig.pool.prewarm()
        rig.pool.set_voice(HINDI)
        await rig.pool.aclose()
        await until(lambda: rig.open == 0)


async def test_closing_abandons_connects_under_way() -> None:
    """A server that accepts the connection and never answers does not delay the close."""
    connected, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
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
            timeouts=Timeouts(connect=30.0, close=0.2),
            tuning=Socket(),
            ping_interval=60,
            on_lost=on_lost,
        )

    pool = Pool(connect, voice=VOICE, limits=PoolLimits(min_idle=1))
    pool.prewarm()
    async with asyncio.timeout(2):
        await connected.wait()
        await pool.aclose()
        await gone.wait()
    server.close()
    assert {t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("sarvam")} == set()
