"""Samples a call's network, connections and memory every few seconds, for `..call_metrics`.

Nothing waits for a sample, and blocking reads run in a thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psutil  # type: ignore[import-untyped]  # It comes with livekit-agents, its types do not.
from livekit import rtc

from ..call_metrics import CallMetrics
from .network import network

logger = logging.getLogger(__name__)

INTERVAL: Final = 10.0
"""Seconds from one sample to the next."""
_STATS_TIMEOUT: Final = 5.0
"""Seconds to wait for WebRTC's statistics."""


class Sampler:
    """Samples one call, until it is closed.

    Args:
        room: The room, sampled while it is connected; None if there is none.
        sockets: Returns the number of open connections to the primary TTS.
    """

    def __init__(
        self, metrics: CallMetrics, *, room: rtc.Room | None, sockets: Callable[[], int]
    ) -> None:
        self._metrics = metrics
        self._room = room
        self._sockets = sockets
        self._task = asyncio.create_task(self._run(), name="latency: sample")

    async def aclose(self) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self._sample()
            except Exception:
                # A bug here costs samples, not the call.
                logger.exception("a call cannot be sampled")
                return

    async def _sample(self) -> None:
        memory = await asyncio.to_thread(_memory)
        self._metrics.set_resources(sockets=self._sockets(), memory=memory)
        if self._room is not None and self._room.isconnected():
            # The room may disconnect during the request.
            with suppress(RuntimeError, TimeoutError):
                async with asyncio.timeout(_STATS_TIMEOUT):
                    self._metrics.count_network(network(await self._room.get_rtc_stats()))


def _memory() -> int:
    """Bytes of this process: the proportional share (PSS) on Linux, else the resident memory."""
    process = psutil.Process()
    try:
        return int(process.memory_full_info().pss)
    except (AttributeError, psutil.Error):
        return int(process.memory_info().rss)
