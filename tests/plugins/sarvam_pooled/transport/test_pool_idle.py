"""Idle connections: opened in advance, kept alive, replaced, and left alone when it is no use."""

from __future__ import annotations

import asyncio
import logging

import pytest
from livekit.plugins.sarvam_pooled.errors import ProviderFailed
from livekit.plugins.sarvam_pooled.transport import wire

from sandbox.conditions import Fault
from tests.support import virtual_clock
from tests.support.until import until

from .conftest import FLASH, HINDI, VOICE, MakeRig, speak
from .scripted_server import FINAL, audio, error
from .scripted_socket import Network, pooled


def test_idle_connections_are_opened_side_by_side() -> None:
    """Three take as long as one."""

    async def work() -> None:
        async with pooled(Network(takes=0.3), min_idle=3) as pool:
            pool.prewarm()
            assert pool.statistics().connecting == 3
            await asyncio.sleep(0.31)
            assert pool.statistics().idle == 3

    virtual_clock.run(work())


async def test_prewarm_returns_at_once_and_twice_is_once(make_rig: MakeRig) -> None:
    """No caller waits for idle connections."""
    async with make_rig() as rig:
        rig.pool.prewarm()
        rig.pool.prewarm()
        await rig.warm()
        assert rig.pool.statistics().connects == 2


async def test_idle_connections_are_refilled(make_rig: MakeRig) -> None:
    """As soon as one is leased, and again when it is discarded."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        await until(lambda: rig.idle == 2)
        lease.discard()
        assert rig.pool.statistics().dropped == 1
        await until(lambda: rig.open == 2)


async def test_an_idle_connection_that_the_server_closed_is_replaced(make_rig: MakeRig) -> None:
    """Sarvam closes what is idle for too long; the next Segment finds a live one."""
    async with make_rig(options={"idle_timeout": 0.1}, backoff_initial=0.01) as rig:
        await rig.warm()
        await until(lambda: rig.pool.statistics().connects >= 4)
        rig.stand_in.set_options({"idle_timeout": 60})
        await until(lambda: rig.idle == 2)
        lease = await rig.acquire()
        await lease.connection.configure(VOICE)
        assert await speak(lease) > 0


async def test_a_half_dead_idle_connection_is_replaced_before_anyone_needs_it(
    make_rig: MakeRig,
) -> None:
    """It takes everything and answers nothing."""
    mute = Fault(kind="mute", times=2)
    async with make_rig(mute, liveness_timeout=0.2, backoff_initial=0.01) as rig:
        await rig.warm()
        await until(lambda: rig.pool.statistics().connects >= 4 and rig.idle == 2)
        assert await speak(await rig.acquire()) > 0


@pytest.mark.parametrize("limit", ["max_age", "max_idle"])
def test_old_and_unused_connections_are_replaced_in_the_background(limit: str) -> None:
    """The new one is there when the old one goes."""

    async def work() -> None:
        network = Network()
        async with pooled(network, min_idle=1, **{limit: 100.0}) as pool:
            pool.prewarm()
            await asyncio.sleep(350)
            assert network.connects == [0, 100, 200, 300]
            assert [connection.alive for connection in network.connections] == [False] * 3 + [True]
            assert pool.statistics().idle == 1

    virtual_clock.run(work())


def test_age_never_interrupts_a_segment() -> None:
    """A leased connection past its age speaks to the end and is closed when it comes back."""

    async def work() -> None:
        network = Network()
        async with pooled(network, min_idle=0, max_age=100) as pool:
            lease = await pool.acquire(VOICE, timeout=1)
            await asyncio.sleep(300)
            network.socket_of(lease.connection).gives(audio(b"ab"), FINAL)
            assert await speak(lease) == 2
            lease.release()
            await asyncio.sleep(0.01)
            assert not lease.connection.alive

    virtual_clock.run(work())


def test_a_new_model_replaces_all_idle_connections() -> None:
    """And a connection that comes back is closed, not kept."""

    async def work() -> None:
        network = Network()
        async with pooled(network, min_idle=2) as pool:
            pool.prewarm()
            await asyncio.sleep(1)
            lease = await pool.acquire(VOICE, timeout=1)
            await asyncio.sleep(1)
            old = list(network.connections)
            pool.set_voice(FLASH)
            await asyncio.sleep(1)
            assert [connection for connection in old if connection.alive] == [lease.connection]
            lease.release()
            await asyncio.sleep(1)
            assert not lease.connection.alive
            new = await pool.acquire(FLASH, timeout=1)
            assert new.reused
            assert new.connection not in old

    virtual_clock.run(work())


def test_refills_back_off_when_connects_fail() -> None:
    """A server that is down is asked ever less often, and found when it is back."""

    async def work() -> None:
        network = Network()
        network.error = ProviderFailed("x", status=503)
        async with pooled(network, min_idle=1, backoff_initial=0.1, backoff_max=5.0) as pool:
            pool.prewarm()
            await asyncio.sleep(60)
            # 0.1 s doubled up to 5 s, each from half to all of it.
            assert 16 <= len(network.connects) <= 30
            assert pool.statistics().failures == len(network.connects)
            network.error = None
            await asyncio.sleep(5)
            assert pool.statistics().idle == 1

    virtual_clock.run(work())


def test_a_server_that_takes_connections_and_drops_them_is_not_hammered() -> None:
    """Closing right after the handshake counts as a failed connect."""

    async def work() -> int:
        network = Network()
        async with pooled(network, min_idle=2, backoff_initial=0.1, backoff_max=5.0) as pool:
            pool.prewarm()
            for _ in range(600):
                await asyncio.sleep(0.1)
                for socket in network.sockets:
                    socket.drop()
            return len(network.connects)

    assert virtual_clock.run(work()) <= 2 * 30


def test_a_refused_config_stops_the_refill(caplog: pytest.LogCaptureFixture) -> None:
    """A speaker that does not exist is refused once, with a warning; a new voice tries again."""

    async def work() -> None:
        network = Network(greeting=(error(400, "Speaker 'nobody' is not compatible"),))
        async with pooled(network, min_idle=2) as pool:
            pool.prewarm()
            await asyncio.sleep(1000)
            assert network.connects == [0, 0]
            lost = [record.levelno for record in caplog.records if "lost" in record.message]
            assert lost == [logging.WARNING] * 2
            network.greeting = ()
            pool.set_voice(HINDI)
            await asyncio.sleep(1)
            assert pool.statistics().idle == 2

    virtual_clock.run(work())


def test_the_json_ping_is_sent_on_leased_and_idle_connections() -> None:
    """Sarvam closes a connection after 60 s without one, however long the LLM pauses."""

    async def work() -> list[int]:
        network = Network()
        async with pooled(network, min_idle=1) as pool:
            pool.prewarm()
            await asyncio.sleep(1)
            await pool.acquire(VOICE, timeout=1)
            await asyncio.sleep(61)
        return [[frame for _, frame in s.sent].count(wire.PING) for s in network.sockets]

    assert virtual_clock.run(work()) == [4, 4]
