"""The LiveKit server: the one at LIVEKIT_URL if that is set, else one started here."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from livekit import api

from voice_agent_env.addresses import exposure
from voice_agent_env.livekit_keys import new_pair, weakness

from . import BringUpError
from . import environment as env
from .livekit_binary import ROOT, VERSION, LiveKitServerNotFoundError, find
from .ports import Ports, RequiredPort
from .processes import Children, answers

NAME = "livekit-server"
# Seconds until it must answer; measured 0.1 s on an idle machine.
TIMEOUT = 20.0
# The same for a server at LIVEKIT_URL, which is already up.
REACH_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKit:
    """A server's address and key pair."""

    url: str
    api_key: str
    api_secret: str = field(repr=False)
    local: bool


def chosen(environment: Mapping[str, str], ports: Ports) -> LiveKit:
    """The server that the environment names, or one to start on `ports` with a new key pair.

    Any web page in a browser here can reach that server; with a published pair it could call.

    Raises `BringUpError` if the named server has no key and secret, or no valid URL, or if its URL
    would expose the key.
    """
    url = environment.get("LIVEKIT_URL", "").strip()
    key = environment.get("LIVEKIT_API_KEY", "").strip()
    secret = environment.get("LIVEKIT_API_SECRET", "").strip()
    if not url:
        key, secret = new_pair()
        url = f"ws://{env.HOST}:{ports.livekit}"
        return LiveKit(url=url, api_key=key, api_secret=secret, local=True)
    if not _is_address(url):
        raise BringUpError("LIVEKIT_URL must be written as ws://host:port or wss://host")
    missing = [
        name
        for name, value in (("LIVEKIT_API_KEY", key), ("LIVEKIT_API_SECRET", secret))
        if not value
    ]
    if missing:
        raise BringUpError(
            f"LIVEKIT_URL is set, so {' and '.join(missing)} of that server must be set too "
            "(or unset LIVEKIT_URL to use a server on this machine)"
        )
    if exposed := exposure(url):
        raise BringUpError(f"LIVEKIT_URL {exposed}")
    if weak := weakness(url, secret):
        raise BringUpError(f"LIVEKIT_API_SECRET {weak}")
    return LiveKit(url=url, api_key=key, api_secret=secret, local=False)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        reachable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return reachable and parts.scheme in ("ws", "wss", "http", "https")


def required_ports(ports: Ports) -> tuple[RequiredPort, ...]:
    """The ports the server will listen on."""
    return (
        RequiredPort(port=ports.livekit, owner="LiveKit server", setting="LIVEKIT_PORT"),
        RequiredPort(
            port=ports.rtc_udp,
            owner="LiveKit media, LIVEKIT_PORT + 2",
            setting="LIVEKIT_PORT",
            udp=True,
        ),
    )


def binary(environment: Mapping[str, str], root: Path = ROOT) -> Path:
    """The program to start; `BringUpError` if there is none."""
    try:
        found = find(root, environment)
    except LiveKitServerNotFoundError as error:
        raise BringUpError(str(error)) from None
    if found is None:
        raise BringUpError(
            f"there is no livekit-server {VERSION}: `make run` builds one, or name yours in "
            "LIVEKIT_SERVER, or a running server in LIVEKIT_URL"
        )
    return found


def version(program: Path) -> str:
    """The program's version; `BringUpError` if it does not run."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BringUpError(
            f"{program} cannot be run ({error.__class__.__name__}): delete it, "
            "or name another in LIVEKIT_SERVER"
        ) from None
    words = answer.stdout.split()
    if answer.returncode or "livekit-server" not in answer.stdout or not words:
        raise BringUpError(f"{program} is not a livekit-server: name another in LIVEKIT_SERVER")
    return words[-1]


async def reach(session: aiohttp.ClientSession, livekit: LiveKit) -> None:
    """Raise `BringUpError` if the server at LIVEKIT_URL does not answer, or refuses the key."""
    server = api.LiveKitAPI(livekit.url, livekit.api_key, livekit.api_secret, session=session)
    try:
        async with asyncio.timeout(REACH_TIMEOUT):
            await server.room.list_rooms(api.ListRoomsRequest(names=["none"]))
    except api.ServerError as error:
        if error.status in (401, 403):
            raise BringUpError(
                f"the server at {livekit.url} refuses this key: LIVEKIT_API_KEY and "
                "LIVEKIT_API_SECRET must be a pair of that server"
            ) from None
        raise BringUpError(
            f"{livekit.url} answers with status {error.status}: is LIVEKIT_URL a LiveKit server?"
        ) from None
    except (TimeoutError, aiohttp.ClientError, OSError):
        raise BringUpError(
            f"the LiveKit server at {livekit.url} cannot be reached: start it, correct "
            "LIVEKIT_URL, or unset LIVEKIT_URL to use a server on this machine"
        ) from None


async def start(
    children: Children,
    session: aiohttp.ClientSession,
    livekit: LiveKit,
    ports: Ports,
    *,
    environment: Mapping[str, str],
) -> str:
    """Start a server with livekit.yaml, wait until it answers, and return its version."""
    program = binary(environment)
    found = await asyncio.to_thread(version, program)
    argv: list[str | Path] = [program, "--config", ROOT / "livekit.yaml"]
    argv += ["--port", str(ports.livekit), "--udp-port", str(ports.rtc_udp)]
    # The server also reads settings from variables, so it gets only PATH and HOME. The secret is in
    # a variable because every user of the machine can read arguments.
    own = {name: environment[name] for name in ("PATH", "HOME") if name in environment}
    own["LIVEKIT_KEYS"] = f"{livekit.api_key}: {livekit.api_secret}"
    child = await children.start(NAME, argv, layer=0, env=own)
    url = f"http://{env.HOST}:{ports.livekit}/"
    await child.until(lambda: answers(session, url), timeout=TIMEOUT, doing="answer")
    return found
