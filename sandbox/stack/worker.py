"""The worker, started as in production: `python agent.py start`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Mapping

from .livekit_binary import ROOT
from .logs import follow
from .ports import Ports, Wanted
from .processes import Child, Children

NAME = "worker"
# LiveKit Agents 1.8.9's own words: the server has taken the worker, and a job process is warm.
REGISTERED = "registered worker"
WARM = "process initialized"
# Seconds until it is registered; imports and models take 3 to 6 of them on two cores.
TIMEOUT = 90.0


def wanted_ports(ports: Ports) -> tuple[Wanted, ...]:
    """The port of the worker's health check and metrics."""
    return (Wanted(port=ports.worker, owner="worker's metrics", setting="METRICS_PORT"),)


async def start(children: Children, ports: Ports, *, environment: Mapping[str, str]) -> Child:
    """Start the worker and wait until a call can be answered by a process that is warm."""
    own = dict(environment) | {"METRICS_PORT": str(ports.worker)}
    child = await children.start(
        NAME, [sys.executable, ROOT / "agent.py", "start"], layer=1, env=own
    )
    seen: set[str] = set()
    watching = asyncio.create_task(_watch(child, seen))

    async def ready() -> bool:
        return {REGISTERED, WARM} <= seen

    try:
        await child.until(ready, timeout=TIMEOUT, doing="register with LiveKit and warm up")
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    return child


async def _watch(child: Child, seen: set[str]) -> None:
    async for line in follow(child.log):
        seen.update(word for word in (REGISTERED, WARM) if word in line)
