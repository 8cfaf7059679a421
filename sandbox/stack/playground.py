"""The page to talk in: `python -m playground`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import aiohttp

from .environment import HOST
from .http import answers
from .ports import Ports, Wanted
from .processes import Children

NAME = "playground"
TIMEOUT = 30.0


def wanted_ports(ports: Ports) -> tuple[Wanted, ...]:
    """The port of the page."""
    return (Wanted(port=ports.playground, owner="playground", setting="PLAYGROUND_PORT"),)


async def start(
    children: Children,
    session: aiohttp.ClientSession,
    ports: Ports,
    *,
    simulated: Sequence[str],
    environment: Mapping[str, str],
) -> str:
    """Start the page and wait until it answers; its address.

    `simulated` are the providers that are stand-ins: the page says so.
    """
    own = dict(environment) | {
        "PLAYGROUND_PORT": str(ports.playground),
        "SANDBOX_PROVIDERS": ",".join(simulated),
    }
    child = await children.start(NAME, [sys.executable, "-m", "playground"], layer=1, env=own)
    url = f"http://{HOST}:{ports.playground}/"
    await child.until(lambda: answers(session, url), timeout=TIMEOUT, doing="answer")
    return url
