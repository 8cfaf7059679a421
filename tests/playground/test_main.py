"""`python -m playground` starts, stops and reports errors."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIVEKIT = {
    "LIVEKIT_URL": "ws://127.0.0.1:7880",
    "LIVEKIT_API_KEY": "a-key",
    "LIVEKIT_API_SECRET": "a-secret-that-only-the-server-knows-0000",
}
Run = Callable[..., Awaitable[Process]]


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    """Starts the playground in an empty folder, with nothing but this environment."""
    started: list[Process] = []

    async def start(**environment: str) -> Process:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "playground", cwd=tmp_path, env=env, stdout=PIPE, stderr=PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def test_the_server_prints_its_address_and_stops_on_sigterm(run: Run, tmp_path: Path) -> None:
    """The address is the first line; SIGTERM ends it with code 0."""
    process = await run(**LIVEKIT, PLAYGROUND_PORT="0")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("Playground: http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_missing_settings_are_named(run: Run) -> None:
    """Without settings it ends with a short text and no traceback."""
    process = await run()
    _, complaint = await process.communicate()
    assert process.returncode == 1
    assert complaint.decode().splitlines() == [
        "The playground cannot start:",
        "  LIVEKIT_URL is not set: put it into the environment or into .env.",
        "  LIVEKIT_API_KEY is not set: put it into the environment or into .env.",
        "  LIVEKIT_API_SECRET is not set: put it into the environment or into .env.",
    ]


async def test_the_page_is_not_open_to_others_without_a_password(run: Run) -> None:
    """Anybody who opens the page can make calls; on loopback nobody else can open it."""
    process = await run(**LIVEKIT, PLAYGROUND_HOST="0.0.0.0")
    _, complaint = await process.communicate()
    assert process.returncode == 1
    _, problem = complaint.decode().splitlines()
    assert problem.startswith("  PLAYGROUND_PASSWORD: set one of 12 characters or more")


async def test_a_port_in_use_is_reported(run: Run) -> None:
    """A port in use is one line that names it and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await run(**LIVEKIT, PLAYGROUND_PORT=str(port))
        _, complaint = await process.communicate()
    assert process.returncode == 1
    assert complaint.decode() == (
        f"127.0.0.1:{port} is in use: stop what uses it, or set PLAYGROUND_PORT to another port.\n"
    )
