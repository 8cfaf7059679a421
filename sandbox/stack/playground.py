"""The page to talk in: `python -m playground`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import aiohttp

from .environment import HOST
from .ports import Ports, RequiredPort
from .processes import Children, answers

NAME = "playground"
TIMEOUT = 30.0
# It signs tokens for rooms and calls no provider, so it gets no provider's key.
_GIVEN = frozenset(
    {
        *("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "AGENT_NAME"),
        *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "PYTHONPATH", "PYTHONUTF8"),
    }
)
_PREFIX = "PLAYGROUND_"


def required_ports(ports: Ports) -> tuple[RequiredPort, ...]:
    """The port of the page."""
    return (RequiredPort(port=ports.playground, owner="playground", setting="PLAYGROUND_PORT"),)


def given(environment: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that the page's process gets."""
    return {
        name: value
        for name, value in environment.items()
        if name in _GIVEN or name.startswith(_PREFIX)
    }


async def start(
    children: Children,
    session: aiohttp.ClientSession,
    ports: Ports,
    *,
    stand_ins: Mapping[str, str],
    environment: Mapping[str, str],
) -> str:
    """Start the page, wait until it answers, and return its address.

    `stand_ins` is provider -> host:port: the page shows which providers are simulated, and changes
    their delays and faults.
    """
    own = given(environment) | {
        "PLAYGROUND_PORT": str(ports.playground),
        "SANDBOX_PROVIDERS": ",".join(stand_ins),
        "SANDBOX_STAND_INS": ",".join(f"{name}={at}" for name, at in stand_ins.items()),
    }
    child = await children.start(NAME, [sys.executable, "-m", "playground"], layer=1, env=own)
    url = f"http://{HOST}:{ports.playground}/"
    await child.until(lambda: answers(session, url), timeout=TIMEOUT, doing="answer")
    return url
