"""Calls in real rooms on one machine: the stack, the caller, and the worker's journal of a call."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from agent.latency.journal import read
from agent.latency.turn_report import TurnReport
from sandbox.caller.call import hold, synthesise
from sandbox.caller.client import RoomClient, caller_token, dial
from sandbox.caller.script import Script
from sandbox.caller.turns import CallResult
from sandbox.stack.environment import PROVIDERS, key_name
from sandbox.stack.stack import Stack, StackOptions

AGENT: Final = "timed"
"""The worker's `AGENT_NAME`, so that no other call on this machine reaches it."""
_ELSEWHERE: Final = {
    *map(key_name, PROVIDERS),
    "LIVEKIT_URL",
    "LIVEKIT_API_KEY",
    "LIVEKIT_API_SECRET",
    "AGENT_NAME",
}
_SUMMED_UP: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCall:
    """A call as its caller heard it and as the worker's journal has it."""

    result: CallResult
    dialled: float
    """Seconds of Unix time."""
    reports: tuple[TurnReport, ...]
    """Of the worker's journal."""


async def make_call(running: Stack, script: Script, folder: Path) -> TimedCall:
    """Make one call.

    Args:
        folder: The worker's JOURNAL_DIR.

    Raises:
        CallError: The room cannot be joined.
        TimeoutError: The worker wrote no summary of the call.
    """
    room, speech = f"timed-{uuid.uuid4().hex[:8]}", await synthesise(script)
    async with dialled(running, room, agent_name=AGENT) as client:
        result = await hold(client, script, speech)
        began = time.time() - time.monotonic() + client.dialled
    return TimedCall(result=result, dialled=began, reports=await written(folder, room))


def simulated(folder: Path, environ: Mapping[str, str], **options: Any) -> StackOptions:
    """A stack with a LiveKit server and stand-ins of its own, whatever the environment and `.env`
    name.

    Args:
        folder: For logs.
        environ: Variables beside those of this process.
        options: Of `StackOptions`.
    """
    own = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return StackOptions(
        **{"with_playground": False}
        | options
        | {"environ": {**own, **environ}, "env_file": folder / "none", "logs": folder / "logs"}
    )


@asynccontextmanager
async def dialled(running: Stack, room: str, *, agent_name: str = "") -> AsyncIterator[RoomClient]:
    """A caller in a room."""
    token = caller_token(
        running.api_key, running.api_secret, room=room, identity="caller", agent_name=agent_name
    )
    async with dial(running.livekit_url, token, identity="caller") as client:
        yield client


async def written(folder: Path, room: str) -> tuple[TurnReport, ...]:
    """The journal of a call that has ended, which is when its last line is a summary."""
    until = time.monotonic() + _SUMMED_UP
    while time.monotonic() < until:
        if written := await asyncio.to_thread(_read, folder, room):
            return written
        await asyncio.sleep(0.1)
    raise TimeoutError("the agent wrote no summary of the call: see its log")


def _read(folder: Path, room: str) -> tuple[TurnReport, ...]:
    """All reports of a call; none before its end."""
    paths = sorted(folder.glob(f"*{room}*"))
    if not any('"kind":"summary"' in path.read_text("utf-8") for path in paths):
        return ()
    return tuple(report for path in paths for report in read(path))


async def configure_stand_in(running: Stack, provider: str, change: dict[str, Any]) -> None:
    """Change how a stand-in behaves: `faults`, `options`, as its `POST /_control` takes them.

    Raises:
        aiohttp.ClientResponseError: The stand-in refuses the change.
    """
    address = f"http://{running.stand_ins[provider]}/_control"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json=change) as answer,
    ):
        answer.raise_for_status()
