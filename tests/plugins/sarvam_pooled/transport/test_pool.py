"""The pool's shell against the stand-in: real sockets on loopback, and what becomes of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    Closed,
    ConnectFailed,
    PoolTimeout,
    ProviderFailed,
    RequestRefused,
)
from livekit.plugins.sarvam_pooled.options import PoolLimits, Socket
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.pool import Pool
from livekit.plugins.sarvam_pooled.voice import Voice

from sandbox.conditions import INSTANT, Fault, Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve

VOICE = Voice()
HINDI = replace(VOICE, target_language_code="hi-IN")
FLASH = replace(VOICE, model="bulbul:v4-flash", speaker="shubh_en_narration_gentle")
KEY = "a-secret-key"


@dataclass
class Rig:
    """A pool and the stand-in that it connects to."""

    pool: Pool
    stand_in: SarvamStandIn

    @property
    def open(self) -> int:
        """Connections open at the server."""
        return int(self.stand_in.describe()["connections"]["open"])

    @property
    def idle(self) -> int:
        return self.pool.statistics().idle

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that happens in the background."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 (conditions of a server have no event)
                await asyncio.sleep(0.002)

    async def warm(self, count: int = 2) -> None:
        self.pool.prewarm()
        await self.until(lambda: self.idle == count)

    async def acquire(self, voice: Voice = VOICE, *, timeout: float = 10.0) -> Lease:
        return await self.pool.acquire(voice, timeout=timeout)


async def speak(lease: Lease) -> int:
    """Say something over a lease: bytes of audio."""
    answer = await lease.connection.speak("Good morning.")
    size = 0
    async with asyncio.timeout(2):
        while isinstance(event := await answer.next(), wire.Audio):
            size += len(event.data)
    return size


MakeRig = Callable[..., AbstractAsyncContextManager[Rig]]


@pytest.fixture
def make_rig() -> MakeRig:
    @asynccontextmanager
    async def make(
        *faults: Fault,
        latency: Latency = INSTANT,
        options: dict[str, Any] | None = None,
        voice: Voice = VOICE,
        key: str = KEY,
        tuning: Socket | None = None,
        alive_within: float = 2.0,
        **limits: Any,
    ) -> AsyncIterator[Rig]:
        stand_in = SarvamStandIn(latency=latency, faults=faults)
        stand_in.set_options({"voice": "tone"} | (options or {}))
        given = PoolLimits(**limits)
        async with serve(stand_in) as at:

            async def connect(voice: Voice, on_lost: Callable[[Connection], None]) -> Connection:
                return await open_connection(
                    wire.url(f"ws://{at}/text-to-speech/ws", model=voice.model),
                    voice=voice,
                    api_key=key,
                    timeout=2.0,
                    close_timeout=0.2,
                    tuning=tuning or Socket(),
                    ping_interval=given.ping_interval,
                    alive_within=alive_within,
                    on_lost=on_lost,
                )

            pool = Pool(connect, voice=voice, limits=given)
            try:
                yield Rig(pool, stand_in)
            finally:
                await pool.aclose()
                names = {task.get_name() for task in asyncio.all_tasks()}
                assert not [name for name in names if name.startswith("sarvam")]

    return make


SLOW = INSTANT.model_copy(update={"round_trip": 0.1})
ONE_CONNECT = 3 * 0.1  # seconds that a connect to a server that far takes


async def test_spares_are_opened_side_by_side(make_rig: MakeRig) -> None:
    """Three take hardly longer than one."""
    async with make_rig(latency=SLOW, min_idle=3) as rig:
        clock = asyncio.get_running_loop().time
        began = clock()
        rig.pool.prewarm()
        assert rig.pool.statistics().connecting == 3
        await rig.until(lambda: rig.idle == 3)
        # One after the other would take as many times as long as there are connections.
        assert clock() - began < 2.7 * ONE_CONNECT


async def test_prewarm_returns_at_once_and_twice_is_once(make_rig: MakeRig) -> None:
    """Nobody waits for spares."""
    async with make_rig() as rig:
        rig.pool.prewarm()
        rig.pool.prewarm()
        await rig.warm()
        assert rig.pool.statistics().connects == 2


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


async def test_spares_are_refilled(make_rig: MakeRig) -> None:
    """As soon as one is leased, and again when it is dropped."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        await rig.until(lambda: rig.idle == 2)
        lease.discard()
        assert rig.pool.statistics().dropped == 1
        await rig.until(lambda: rig.open == 2)


async def test_a_spare_that_the_server_closed_is_replaced(make_rig: MakeRig) -> None:
    """Sarvam closes what is idle for too long; the next Segment finds one that lives."""
    async with make_rig(options={"idle_timeout": 0.1}, backoff_initial=0.01) as rig:
        await rig.warm()
        await rig.until(lambda: rig.pool.statistics().connects >= 4)
        rig.stand_in.set_options({"idle_timeout": 60})
        await rig.until(lambda: rig.idle == 2)
        lease = await rig.acquire()
        await lease.connection.configure(VOICE)
        assert await speak(lease) > 0


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


async def test_a_half_dead_spare_is_found_out(make_rig: MakeRig) -> None:
    """It takes everything and answers nothing: it is replaced before anybody asks for it."""
    mute = Fault(kind="mute", times=2)
    async with make_rig(mute, alive_within=0.2, backoff_initial=0.01) as rig:
        await rig.warm()
        await rig.until(lambda: rig.pool.statistics().connects >= 4 and rig.idle == 2)
        assert await speak(await rig.acquire()) > 0


@pytest.mark.parametrize("limit", ["max_age", "max_idle"])
async def test_old_and_unused_spares_are_replaced_in_the_background(
    make_rig: MakeRig, limit: str
) -> None:
    """The new one is there when the old one goes."""
    async with make_rig(min_idle=1, **{limit: 0.1}) as rig:
        await rig.warm(1)
        await rig.until(lambda: rig.pool.statistics().connects >= 4)
        await rig.until(lambda: rig.open <= 2)


async def test_age_never_interrupts_a_segment(make_rig: MakeRig) -> None:
    """A leased connection past its age speaks to the end and is closed when it comes back."""
    async with make_rig(min_idle=0, max_age=0.05) as rig:
        lease = await rig.acquire()
        await lease.connection.configure(VOICE)
        await asyncio.sleep(0.1)
        assert await speak(lease) > 0
        lease.release()
        await rig.until(lambda: rig.open == 0)


async def test_a_new_model_replaces_all_spares(make_rig: MakeRig) -> None:
    """And a connection that comes back is closed, not kept."""
    async with make_rig() as rig:
        await rig.warm()
        lease = await rig.acquire()
        old = set(rig.pool._slots)
        rig.pool.set_voice(FLASH)
        await rig.until(lambda: rig.idle == 2)
        lease.release()
        await rig.until(lambda: rig.open == 2)
        assert not old & set(rig.pool._slots)
        lease = await rig.acquire(FLASH)
        assert lease.reused
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
        await rig.until(lambda: (stats["connects"], stats["configs"]) == (3, 4))


async def test_refills_back_off_when_connects_fail(make_rig: MakeRig) -> None:
    """A server that is down is asked ever more rarely, and found when it is back."""
    down = Fault(kind="refuse", code=503)
    async with make_rig(down, min_idle=1, backoff_initial=0.02, backoff_max=0.1) as rig:
        rig.pool.prewarm()
        await asyncio.sleep(0.5)
        assert 2 <= rig.pool.statistics().failures <= 14
        rig.stand_in.conditions.set_faults(())
        await rig.until(lambda: rig.idle == 1)


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
        await rig.until(lambda: rig.stand_in.stats["connects"] == 2 and rig.open == 0)
        await asyncio.sleep(0.1)
        assert rig.stand_in.stats["connects"] == 2
        assert [r.levelno for r in caplog.records if "lost" in r.message] == [logging.WARNING] * 2
        rig.pool.set_voice(VOICE)
        await rig.until(lambda: rig.idle == 2)


async def test_a_wrong_key_is_told_to_who_asks_and_not_tried_for_ever(make_rig: MakeRig) -> None:
    """403: the waiter hears of it, and spares are left alone."""
    async with make_rig(key="bad-key", backoff_initial=0.001) as rig:
        with pytest.raises(RequestRefused, match="SARVAM_API_KEY"):
            await rig.acquire()
        await rig.until(lambda: rig.pool.statistics().connecting == 0)
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
        await rig.until(lambda: rig.open == 0)


async def test_the_json_ping_keeps_leased_and_idle_connections_open(make_rig: MakeRig) -> None:
    """Each has its own, so no LLM pause is too long for the server's idle timer."""
    async with make_rig(options={"idle_timeout": 0.5}, min_idle=1, ping_interval=0.05) as rig:
        await rig.warm(1)
        lease = await rig.acquire()
        await rig.until(lambda: rig.stand_in.stats["pings"] > 24)
        assert lease.connection.alive
        assert rig.pool.statistics().connects == 2
        assert await speak(lease) > 0


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
        await rig.until(lambda: rig.idle == 2)
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
        await rig.until(lambda: rig.open == 0)


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
            alive_within=1.0,
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
