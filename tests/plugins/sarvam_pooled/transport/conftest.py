"""A pool against the stand-in: real sockets on loopback, and what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.options import PoolLimits, Socket, Timeouts
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.pool import Pool
from livekit.plugins.sarvam_pooled.voice import Voice

from sandbox.conditions import INSTANT, Fault, Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.until import until

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

    async def warm(self, count: int = 2) -> None:
        self.pool.prewarm()
        await until(lambda: self.idle == count)

    async def acquire(self, voice: Voice = VOICE, *, timeout: float = 10.0) -> Lease:
        return await self.pool.acquire(voice, timeout=timeout)


async def speak(lease: Lease) -> int:
    """Say something over a lease: bytes of audio."""
    response = await lease.connection.send_text("Good morning.")
    size = 0
    async with asyncio.timeout(2):
        while isinstance(event := await response.next(), wire.Audio):
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
        liveness_timeout: float = 2.0,
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
                    timeouts=Timeouts(connect=2.0, close=0.2, liveness=liveness_timeout),
                    tuning=tuning or Socket(),
                    ping_interval=given.ping_interval,
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
