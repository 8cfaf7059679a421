"""The page as the stack starts it."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import psutil
import pytest

from sandbox.stack import playground, ports
from sandbox.stack.environment import PROVIDERS, key_name, of_livekit
from sandbox.stack.processes import children

ROOM = of_livekit("ws://127.0.0.1:9", "APIkey", "a-secret-of-that-server-alone-0123")
KEYS = {key_name(provider): "sk-live" for provider in PROVIDERS} | {"PHRASE_REDIS_URL": "sk-live"}


def test_it_is_given_no_providers_key() -> None:
    """It signs for rooms and calls no provider; its own settings and the system's reach it."""
    own = {"PATH": "/bin", "AGENT_NAME": "clinic", "PLAYGROUND_HOST": "::1"} | ROOM
    assert playground.given(own | KEYS | {"AWS_SECRET_ACCESS_KEY": "sk-live"}) == own


@pytest.mark.parametrize("password", ["", "correct horse battery"])
async def test_its_process_is_given_no_providers_key(tmp_path: Path, password: str) -> None:
    """Nor is it kept waiting for if it asks for a password."""
    at = ports.free()
    environment = ROOM | KEYS | {"PATH": "/bin", "PLAYGROUND_PASSWORD": password}
    async with children(tmp_path) as started, aiohttp.ClientSession() as session:
        await playground.start(started, session, at, stand_ins={}, environment=environment)
        (child,) = started.running
        variables = psutil.Process(child.process.pid).environ()
    assert variables["LIVEKIT_API_KEY"] == "APIkey"
    assert "sk-live" not in variables.values()
