"""The worker, started as in production: `python agent.py start`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence

from .livekit_binary import ROOT
from .logs import follow
from .ports import Ports, RequiredPort
from .processes import Child, Children

NAME = "worker"
PROGRAM = (str(ROOT / "agent.py"),)
"""The arguments of Python."""
# Log messages of LiveKit Agents 1.8.9: the server has accepted the worker; a job process is warm.
REGISTERED = "registered worker"
WARM = "process initialized"
# Log message of the worker, in agent/call/phrase_cache.py.
LACKS_PHRASES = "stock phrases are not synthesised yet"
_DEFAULTS = {
    # A machine that also runs the server, the stand-ins and the caller is always busy, and the
    # worker would refuse calls. Above 1 it refuses none; the user's own limit takes precedence.
    "WORKER_LOAD_THRESHOLD": "2",
    # For the waterfall of the page.
    "TIMING_IN_ROOM": "true",
}
# Seconds until it is registered. Measured 3.6 s on two idle cores, 11 s on busy ones.
TIMEOUT = 120.0


def required_ports(ports: Ports) -> tuple[RequiredPort, ...]:
    """The port of the worker's health check and metrics."""
    return (RequiredPort(port=ports.worker, owner="worker's metrics", setting="METRICS_PORT"),)


async def start(
    children: Children,
    ports: Ports,
    *,
    environment: dict[str, str],
    program: Sequence[str] = PROGRAM,
) -> Child:
    """Start the worker and wait until a warm process can answer a call."""
    own = _DEFAULTS | environment | {"METRICS_PORT": str(ports.worker)}
    wanted = {REGISTERED} if own.get("WORKER_IDLE_PROCESSES") == "0" else {REGISTERED, WARM}
    child = await children.start(NAME, [sys.executable, *program, "start"], layer=1, env=own)
    seen: set[str] = set()
    watching = asyncio.create_task(_watch(child, seen))

    async def ready() -> bool:
        return wanted <= seen

    try:
        await child.until(ready, timeout=TIMEOUT, doing="register with LiveKit and warm up")
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    return child


async def until_warm(child: Child, *, timeout: float = TIMEOUT) -> None:
    """Wait until a worker that was started elsewhere has a warm job process.

    Raises:
        TimeoutError: It has none within `timeout` seconds.
    """
    async with asyncio.timeout(timeout):
        async for line in follow(child.log):
            if WARM in line:
                return


def lacks_phrases(child: Child) -> bool:
    """Whether the worker reported stock phrases that have no audio yet."""
    return LACKS_PHRASES in child.log.read_text(encoding="utf-8", errors="replace")


async def _watch(child: Child, seen: set[str]) -> None:
    async for line in follow(child.log):
        seen.update(word for word in (REGISTERED, WARM) if word in line)
