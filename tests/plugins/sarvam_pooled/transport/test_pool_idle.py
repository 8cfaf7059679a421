"""Spare connections: opened ahead, kept alive, replaced, and left alone when it is no use."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import FLASH, ONE_CONNECT, SLOW, VOICE, MakeRig, speak


async def test_spares_are_opened_side_by_side(make_rig: MakeRig) -> None:
    """Three take hardly longer than one."""
    async with make_rig(latency=SLOW, min_idle=3) as rig:
        clock = asyncio.get_running_loop().time
        began = clock()
        rig.pool.prewarm()
        assert rig.pool.statistics().connecting == 3
        await until(lambda: rig.idle == 3)
        # One after the other would take as many times as long as there are connections.
        assert clock() - began < 2.7 * ONE_CONNECT


async def test_prewarm_returns_at_once_and_twice_is_once(make_rig: MakeRig) -> None:
    """Nobody waits for spares."""
    async with make_rig() as rig:
        rig.pool.prewarm()
        rig.pool.prewarm()
        await rig.warm()
        assert rig.pool.statistics().connects == 2


async def test_spares_are_refilled(make_rig: MakeRig) -> None:
    """As soon as one is leased, and again when it is dropped."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        await until(lambda: rig.idle == 2)
        lease.discard()
        assert rig.pool.statistics().dropped == 1
        await until(lambda: rig.open == 2)


async def test_a_spare_that_the_server_closed_is_replaced(make_rig: MakeRig) -> None:
    """Sarvam closes what is idle for too long; the next Segment finds one that lives."""
    async with make_rig(options={"idle_timeout": 0.1}, backoff_initial=0.01) as rig:
        await rig.warm()
        await until(lambda: rig.pool.statistics().connects >= 4)
        rig.stand_in.set_options({"idle_timeout": 60})
        await until(lambda: rig.idle == 2)
        lease = await rig.acquire()
        await lease.connection.configure(VOICE)
        assert await speak(lease) > 0


async def test_a_half_dead_spare_is_found_out(make_rig: MakeRig) -> None:
    """It takes everything and answers nothing: it is replaced before anybody asks for it."""
    mute = Fault(kind="mute", times=2)
    async with make_rig(mute, liveness_timeout=0.2, backoff_initial=0.01) as rig:
        await rig.warm()
        await until(lambda: rig.pool.statistics().connects >= 4 and rig.idle == 2)
        assert await speak(await rig.acquire()) > 0


@pytest.mark.parametrize("limit", ["max_age", "max_idle"])
async def test_old_and_unused_spares_are_replaced_in_the_background(
    make_rig: MakeRig, limit: str
) -> None:
    """The new one is there when the old one goes."""
    async with make_rig(min_idle=1, **{limit: 0.1}) as rig:
        await rig.warm(1)
        await until(lambda: rig.pool.statistics().connects >= 4)
        await until(lambda: rig.open <= 2)


async def test_age_never_interrupts_a_segment(make_rig: MakeRig) -> None:
    """A leased connection past its age speaks to the end and is closed when it comes back."""
    async with make_rig(min_idle=0, max_age=0.05) as rig:
        lease = await rig.acquire()
        await lease.connection.configure(VOICE)
        await asyncio.sleep(0.1)
        assert await speak(lease) > 0
        lease.release()
        await until(lambda: rig.open == 0)


async def test_a_new_model_replaces_all_spares(make_rig: MakeRig) -> None:
    """And a connection that comes back is closed, not kept."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        old = set(rig.pool._slots)
        rig.pool.set_voice(FLASH)
        await until(lambda: rig.idle == 2)
        lease.release()
        await until(lambda: rig.open == 2)
        assert not old & set(rig.pool._slots)
        lease = await rig.acquire(FLASH)
        assert lease.reused
        assert await speak(lease) > 0


async def test_refills_back_off_when_connects_fail(make_rig: MakeRig) -> None:
    """A server that is down is asked ever more rarely, and found when it is back."""
    down = Fault(kind="refuse", code=503)
    async with make_rig(down, min_idle=1, backoff_initial=0.02, backoff_max=0.1) as rig:
        rig.pool.prewarm()
        await asyncio.sleep(0.5)
        assert 2 <= rig.pool.statistics().failures <= 14
        rig.stand_in.conditions.set_faults(())
        await until(lambda: rig.idle == 1)


async def test_a_server_that_takes_connections_and_drops_them_is_not_hammered(
    make_rig: MakeRig,
) -> None:
    """It closes after the handshake: that is a failed connect too."""
    limits = {"backoff_initial": 0.05, "backoff_max": 0.2}
    async with make_rig(options={"idle_timeout": 0.001}, **limits) as rig:
        rig.pool.prewarm()
        await asyncio.sleep(0.5)
        assert rig.stand_in.stats["connects"] < 20


async def test_a_refused_config_stops_the_refill(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    """A speaker that does not exist is refused once, with a warning; a new voice tries again."""
    async with make_rig(voice=replace(VOICE, speaker="nobody"), backoff_initial=0.001) as rig:
        rig.pool.prewarm()
        await until(lambda: rig.stand_in.stats["connects"] == 2 and rig.open == 0)
        await asyncio.sleep(0.1)
        assert rig.stand_in.stats["connects"] == 2
        assert [r.levelno for r in caplog.records if "lost" in r.message] == [logging.WARNING] * 2
        rig.pool.set_voice(VOICE)
        await until(lambda: rig.idle == 2)


async def test_the_json_ping_keeps_leased_and_idle_connections_open(make_rig: MakeRig) -> None:
    """Each has its own, so no LLM pause is too long for the server's idle timer."""
    async with make_rig(options={"idle_timeout": 0.5}, min_idle=1, ping_interval=0.05) as rig:
        await rig.warm(1)
        lease = await rig.acquire()
        await until(lambda: rig.stand_in.stats["pings"] > 24)
        assert lease.connection.alive
        assert rig.pool.statistics().connects == 2
        assert await speak(lease) > 0
