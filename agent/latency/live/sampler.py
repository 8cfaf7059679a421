"""Samples a call's network, connections and memory every few seconds, for `..vitals`.

Nobody waits for a sample, and what blocks is read in a thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psutil  # type: ignore[import-untyped]  # It comes with livekit-agents, its types do not.
from livekit import rtc

from ..vitals import Vitals
from .network import network

logger = logging.getLogger(__name__)

EVERY: Final = 10.0
"""Seconds from one sample to the next."""
_STATS_TIMEOUT: Final = 5.0
"""Seconds for WebRTC's statistics."""


class Sampler:
    """Samples one call, until it is closed.

    Args:
        room: Sampled while it is connected; None where there is none.
        sockets: Open connections to the primary TTS.
    """

    def __init__(
        self, vitals: Vitals, *, room: rtc.Room | None, sockets: Callable[[], int]
    ) -> None:
        self._vitals = vitals
        self._room = room
        self._sockets = sockets
        self._task = asyncio.create_task(self._run(), name="latency: sample")

    async def aclose(self) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._sample()
            except Exception:
                # A bug here costs samples, not the call.
                logger.exception("a call cannot be sampled")
                return

    async def _sample(self) -> None:
        memory = await asyncio.to_thread(_memory)
        self._vitals.resources(sockets=self._sockets(), memory=memory)
        if self._room is not None and self._room.isconnected():
            # The room may go while it is asked.
            with suppress(RuntimeError, TimeoutError):
                async with asyncio.timeout(_STATS_TIMEOUT):
                    self._vitals.network(network(await self._room.get_rtc_stats()))


def _memory() -> int:
    """Bytes of this process: its share of what it has in common with others (PSS, Linux alone),
    else all that is resident."""
    process = psutil.Process()
    try:
        return int(process.memory_full_info().pss)
    except (AttributeError, psutil.Error):
        return int(process.memory_info().rss)
