"""The commands: what they take, what they print, how they end."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from dotenv import dotenv_values
from rich.console import Console
from typer.testing import CliRunner

from sandbox import commands
from sandbox.caller.demo import RemoteTarget
from sandbox.cli import app
from sandbox.commands import ConditionFlags
from sandbox.stack import BringUpError
from sandbox.stack.livekit_binary import VERSION
from sandbox.stack.stack import Stack


def stack_up(version: str | None) -> Stack:
    """A stack with a server that was started here, or somebody else's without a version."""
    return Stack(
        livekit_url="ws://127.0.0.1:3",
        api_key="k",
        api_secret="hidden",
        livekit_version=version,
        playground_url=None,
        stand_ins={},
        environment={},
        logs=Path("/logs"),
        children=cast("Any", None),
    )


def test_the_stand_ins_of_a_stack_get_its_flags() -> None:
    """The stand-ins of a stack get the flags that were given to it."""
    flags = ConditionFlags(latency=("first_byte=1",), faults=("sarvam:drop", "openai:stall:0.5"))
    assert flags.arguments() == (
        *("--latency", "first_byte=1"),
        *("--fault", "sarvam:drop"),
        *("--fault", "openai:stall:0.5"),
    )


def test_all_providers_are_served_or_those_that_are_named() -> None:
    """All providers are served, or those that are named."""
    assert commands.providers("") == ("sarvam", "deepgram", "openai", "cartesia")
    assert commands.providers(" openai, sarvam,") == ("openai", "sarvam")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--latency", "x=1"], "--latency x=1: "),
        (["serve", "--only", "x"], "--only x: write one or more of sarvam,"),
        (["serve", "--port", "x"], "--port x: "),
        (["up", "--fault", "sarvam:x"], "--fault sarvam:x: "),
        (["demo", "--latency", "sarvam.first_byte=x"], "--latency sarvam.first_byte=x: "),
    ],
)
def test_an_invalid_flag_is_one_line_before_anything_starts(
    arguments: list[str], message: str
) -> None:
    """The message shows the valid form."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("stand_ins", [{}, {"sarvam": "h:1", "openai": "h:2"}])
@pytest.mark.parametrize(
    ("version", "where"),
    [
        (None, "ws://127.0.0.1:3 (yours)\n"),
        (VERSION, "ws://127.0.0.1:3 (started here)\n"),
        ("1.9.0", f"ws://127.0.0.1:3 (started here, version 1.9.0; tried with {VERSION})\n"),
    ],
)
def test_the_announcement_names_the_page_the_server_and_who_is_simulated(
    stand_ins: dict[str, str], version: str | None, where: str
) -> None:
    """Without a key, without stand-ins, and with a server of another version."""
    out = io.StringIO()
    up = replace(stack_up(version), playground_url="http://h:4/", stand_ins=stand_ins)
    keys = Path("/keys/3.env") if version else None
    commands.announce(Console(file=out, width=200), up, keys=keys)
    shown = out.getvalue()
    assert ("/keys/3.env" in shown) == bool(version)
    assert "http://h:4/" in shown
    assert "/logs" in shown
    assert where in shown
    assert "hidden" not in shown
    assert ("Simulated: sarvam, openai" in shown) == bool(stand_ins)
    assert shown.rstrip().endswith("Ctrl-C stops everything.")


async def test_a_call_signs_with_the_keys_of_the_server_that_is_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody can guess them: `make run` leaves those of the server that it started in a file."""
    made: list[RemoteTarget] = []

    async def run_demo(there: RemoteTarget, **_: object) -> int:
        made.append(there)
        return 0

    monkeypatch.setattr(commands, "run_demo", run_demo)
    monkeypatch.setattr(commands, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setattr(commands.keys_file, "path_of", lambda port: tmp_path / f"{port}.env")
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with commands._keys(stack_up(VERSION), 7880) as path:
        assert path == tmp_path / "7880.env"
        assert await commands.call(script="clinic", record=None) == 0
    with commands._keys(stack_up(None), 7880) as path:
        assert path is None
        with pytest.raises(BringUpError, match="`make run` has no LiveKit server up here"):
            await commands.call(script="clinic", record=None)
    (there,) = made
    assert (there.livekit_url, there.api_key, there.api_secret) == (
        "ws://127.0.0.1:3",
        "k",
        "hidden",
    )


async def test_serve_prints_variables_for_what_it_serves() -> None:
    """`serve` prints variables that lead to what it serves, until it is asked to end."""
    arguments = ["serve", "--only", "sarvam", "--port", "0", "--latency", "round_trip=0.5"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = b"".join([await process.stdout.readline() for _ in range(3)]).decode()
    variables = dotenv_values(stream=StringIO(lines))
    assert list(variables) == ["SARVAM_API_KEY", "SARVAM_WS_URL", "SARVAM_BASE_URL"]
    root = str(variables["SARVAM_BASE_URL"]).removesuffix("/text-to-speech")
    async with aiohttp.ClientSession() as session, session.get(f"{root}/_stats") as response:
        assert (await response.json())["latency"]["round_trip"] == 0.5
    process.send_signal(signal.SIGTERM)
    assert await process.stdout.read() == b""
    assert await process.wait() == 0


async def test_serve_prints_nothing_else() -> None:
    """Its terminal is a newcomer's first sight of the sandbox: variables, and no warnings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "serve", "--only", "deepgram", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [await process.stdout.readline() for _ in range(2)]
    url = lines[1].decode().partition("=")[2].strip().replace("http", "ws", 1)
    # The recogniser is a process of its own; it is up once it has answered about some silence.
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"{url}?encoding=linear16&sample_rate=16000", headers={"Authorization": "Token any"}
        ) as socket,
    ):
        await socket.send_bytes(bytes(32000))
        await socket.send_str('{"type": "CloseStream"}')
        assert (await socket.receive_json(timeout=20))["type"] == "Metadata"
    process.send_signal(signal.SIGINT)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
