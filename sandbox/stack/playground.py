"""The page to talk in: `python -m playground`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

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
    stand_ins: Mapping[str, str],
    environment: Mapping[str, str],
) -> str:
    """Start the page and wait until it answers; its address.

    `stand_ins` is provider -> host:port: the page says which providers are simulated, and changes
    their delays and faults.
    """
    own = dict(environment) | {
        "PLAYGROUND_PORT": str(ports.playground),
        "SANDBOX_PROVIDERS": ",".join(stand_ins),
        "SANDBOX_STAND_INS": ",".join(f"{name}={at}" for name, at in stand_ins.items()),
    }
    child = await children.start(NAME, [sys.executable, "-m", "playground"], layer=1, env=own)
    url = f"http://{HOST}:{ports.playground}/"
    await child.until(lambda: answers(session, url), timeout=TIMEOUT, doing="answer")
    return url
