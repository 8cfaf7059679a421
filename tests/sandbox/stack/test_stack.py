"""The stack: bring-up, and the messages when it fails."""

from __future__ import annotations

import io
import os
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from sandbox.stack import BringUpError, ports
from sandbox.stack import environment as env
from sandbox.stack.environment import PROVIDERS, key_name
from sandbox.stack.livekit_binary import VERSION
from sandbox.stack.report import ConsoleReport
from sandbox.stack.stack import Stack, StackOptions, stack

KEYS = {key_name(provider): "a-key" for provider in PROVIDERS}


def options(tmp_path: Path, **changes: Any) -> StackOptions:
    """Only a LiveKit server, unless changed; nothing of the developer's own `.env`."""
    environ = {**os.environ, **KEYS, "LIVEKIT_URL": "", **changes.pop("environ", {})}
    given = {"with_worker": False, "with_playground": False} | changes
    return StackOptions(environ=environ, env_file=tmp_path / ".env", logs=tmp_path, **given)


def files(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


async def bring_up(chosen: StackOptions) -> None:
    """Bring a stack up and down again."""
    async with stack(chosen):
        pass


async def test_the_parts_answer_at_their_addresses_until_the_end(tmp_path: Path) -> None:
    """Afterwards nothing is left running."""
    chosen = options(tmp_path, with_playground=True)
    lines = io.StringIO()
    async with (
        stack(chosen, report=ConsoleReport(Console(file=lines, width=80))) as up,
        aiohttp.ClientSession() as session,
    ):
        assert up.playground_url is not None
        for url in (up.livekit_url.replace("ws:", "http:"), up.playground_url):
            async with session.get(url) as response:
                assert response.ok
        assert up.livekit_version == VERSION
        assert up.stand_ins == {}
        assert up.environment["LIVEKIT_URL"] == up.livekit_url
        assert up.api_secret not in repr(up)
    shown = [line.split() for line in lines.getvalue().splitlines()]
    assert sorted((line[-4], line[-3]) for line in shown) == [
        ("playground", "ready"),
        ("server", "ready"),
    ]
    assert all(ports.is_free(port) for port in (chosen.ports.livekit, chosen.ports.playground))


def own_server(tmp_path: Path, up: Stack, **changes: str) -> StackOptions:
    """Options of a second stack that is to use the server of the first."""
    named = env.of_livekit(up.livekit_url, up.api_key, up.api_secret) | changes
    (tmp_path / ".env").write_text(env.lines(named))
    return options(tmp_path)


async def test_a_server_at_livekit_url_replaces_the_local_one(tmp_path: Path) -> None:
    """No server is started, and its ports need not be free."""
    async with stack(options(tmp_path)) as up:
        chosen = own_server(tmp_path, up)
        with socket.create_server((ports.HOST, chosen.ports.livekit)):
            async with stack(chosen) as second:
                assert (second.livekit_url, second.livekit_version) == (up.livekit_url, None)
                assert second.children.running == ()


async def test_server_that_cannot_be_used(tmp_path: Path) -> None:
    """One that is down, that refuses the key, or that is no LiveKit server."""
    async with stack(options(tmp_path)) as up:
        with pytest.raises(BringUpError, match="LIVEKIT_API_SECRET must be a pair"):
            await bring_up(own_server(tmp_path, up, LIVEKIT_API_SECRET="another-" * 5))
        with pytest.raises(BringUpError, match="status 404: is LIVEKIT_URL a LiveKit server"):
            await bring_up(own_server(tmp_path, up, LIVEKIT_URL=f"{up.livekit_url}/elsewhere"))
    with pytest.raises(BringUpError, match="cannot be reached: start it, correct LIVEKIT_URL"):
        await bring_up(own_server(tmp_path, up))


async def test_a_port_in_use_is_reported_before_anything_starts(tmp_path: Path) -> None:
    """The message names who needs it."""
    chosen = options(tmp_path, with_playground=True)
    with (
        socket.create_server((ports.HOST, chosen.ports.playground)),
        pytest.raises(BringUpError, match=r"\(playground\) is in use.*set PLAYGROUND_PORT"),
    ):
        await bring_up(chosen)
    assert files(tmp_path) == []


async def test_part_that_does_not_start(tmp_path: Path) -> None:
    """A part that ends while it starts is reported with its last lines, and the rest is stopped."""
    server = tmp_path / "server"
    server.write_text(
        "#!/bin/sh\necho livekit-server version 1.13.4\n[ $1 = --version ] || exit 4\n"
    )
    server.chmod(0o755)
    chosen = options(tmp_path, environ={"LIVEKIT_SERVER": str(server)}, with_playground=True)
    lines = io.StringIO()
    with pytest.raises(BringUpError) as caught:
        async with stack(chosen, report=ConsoleReport(Console(file=lines, width=80))):
            pass
    assert str(caught.value).startswith("livekit-server ended with 4; the end of ")
    assert "LiveKit server   failed" in lines.getvalue()
    assert ports.is_free(chosen.ports.playground)


async def test_a_part_that_is_killed_is_named(tmp_path: Path) -> None:
    """A part that is killed while the stack is up is named."""
    async with stack(options(tmp_path)) as up:
        (server,) = up.children.running
        os.kill(server.process.pid, signal.SIGKILL)
        assert (await up.failure()).startswith("livekit-server was killed by signal 9; the end of")


async def test_an_invalid_env_file_stops_everything(tmp_path: Path) -> None:
    """A line of `.env` that cannot be read stops everything, with its number."""
    (tmp_path / ".env").write_text("A=1\nLIVEKIT_URL ws://x\n")
    with pytest.raises(BringUpError, match=r"\.env, line 2: write NAME=value"):
        await bring_up(options(tmp_path))
