"""The stand-ins of a stack: one child process, `python -m sandbox serve`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence

import aiohttp

from .environment import HOST
from .ports import Ports, RequiredPort
from .processes import Child, Children, answers

NAME = "stand-ins"
# Seconds until all answer; loading the speech recogniser is most of it.
TIMEOUT = 60.0


def required_ports(ports: Ports, providers: Sequence[str]) -> tuple[RequiredPort, ...]:
    """The ports of these stand-ins."""
    return tuple(
        RequiredPort(
            port=ports.stand_ins[provider],
            owner=f"{provider} stand-in",
            setting="SANDBOX_PORT",
        )
        for provider in providers
    )


def addresses(ports: Ports, providers: Sequence[str]) -> dict[str, str]:
    """Provider -> `host:port` of its stand-in."""
    return {provider: f"{HOST}:{ports.stand_ins[provider]}" for provider in providers}


async def start(
    children: Children,
    session: aiohttp.ClientSession,
    at: Mapping[str, str],
    *,
    arguments: Sequence[str],
    environment: Mapping[str, str],
) -> Child:
    """Start stand-ins at these addresses and wait until all answer.

    `arguments` are further flags of `serve` (latency, faults).
    """
    argv = [sys.executable, "-m", "sandbox", "serve", *arguments]
    for provider, address in at.items():
        argv += ["--port", f"{provider}={address.rpartition(':')[2]}"]
    argv += ["--only", ",".join(at)]
    child = await children.start(NAME, argv, layer=0, env=environment)

    async def ready() -> bool:
        asked = (answers(session, f"http://{address}/_stats") for address in at.values())
        return all(await asyncio.gather(*asked))

    await child.until(ready, timeout=TIMEOUT, doing="answer")
    return child
