"""How soon a caller is greeted in a real room, beside a job that only plays a tone.

One LiveKit server and one set of stand-ins serve both, one after the other; a warm process waits
for each call, as in production.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.caller.client import RoomClient, caller_token, dial
from sandbox.caller.timing import sounds
from sandbox.stack import worker
from sandbox.stack.logs import follow
from sandbox.stack.stack import Stack, StackOptions, stack

# How long a caller listens, which leaves the process that measures idle meanwhile.
_LISTEN = 3.0
# A call's process ends and the next is made; calls are this far apart, so that one is warm.
_PAUSE = 4.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """Seconds from the caller's own instants to the agent's first sound in the recording."""

    from_dialling: float
    from_joining: float


async def measure(
    calls: int, *, sarvam_down: bool = False, on_call: Callable[[str], None] = lambda _: None
) -> dict[str, list[Greeting]]:
    """`calls` greetings of the bare job, then as many of the agent.

    Args:
        sarvam_down: The stand-in for Sarvam refuses every connection while the agent is called; a
            first call, not counted, lets the store be filled before.
    """
    heard: dict[str, list[Greeting]] = {"a tone": [], "the agent": []}
    with tempfile.TemporaryDirectory() as folder:
        options = StackOptions(with_worker=False, with_playground=False, logs=Path(folder))
        async with stack(options) as running:
            async with _bare_job(running):
                for _ in range(calls):
                    heard["a tone"].append(await _call(running))
                    on_call("a tone")
            async with _agent(running):
                await _call(running)
                if sarvam_down:
                    await _refuse(running)
                for _ in range(calls):
                    heard["the agent"].append(await _call(running))
                    on_call("the agent")
    return heard


@asynccontextmanager
async def _bare_job(running: Stack) -> AsyncIterator[None]:
    child = await running.children.start(
        "bare job",
        [sys.executable, "-m", "bench.bare_job", "start"],
        layer=1,
        env=running.environment,
    )
    try:
        async with asyncio.timeout(60):
            async for line in follow(child.log):
                if worker.WARM in line:
                    break
        yield
    finally:
        await child.stop()


@asynccontextmanager
async def _agent(running: Stack) -> AsyncIterator[None]:
    ports = StackOptions().ports
    child = await worker.start(running.children, ports, environment=running.environment)
    try:
        yield
    finally:
        await child.stop()


async def _refuse(running: Stack) -> None:
    async with aiohttp.ClientSession() as session:
        address = f"http://{running.stand_ins['sarvam']}/_control"
        answer = await session.post(address, json={"faults": [{"kind": "refuse"}]})
        answer.raise_for_status()


async def _call(running: Stack) -> Greeting:
    await asyncio.sleep(_PAUSE)
    token = caller_token(
        running.api_key,
        running.api_secret,
        room=f"greeting-{uuid.uuid4().hex[:8]}",
        identity="caller",
        agent_name=running.environment.get("AGENT_NAME", ""),
    )
    async with dial(running.livekit_url, token, identity="caller") as client:
        await asyncio.sleep(_LISTEN)
        first = _first_sound(client)
        if first is None:
            raise RuntimeError(f"no greeting within {_LISTEN:.0f} s")
        return Greeting(first, first - (client.joined - client.dialled))


def _first_sound(client: RoomClient) -> float | None:
    """Seconds from dialling to the agent's first sound, None if there was none yet."""
    recording = client.recording()
    spans = sounds(recording.agent, recording.rate)
    return spans[0].start if spans else None


def seconds(greetings: list[Greeting]) -> dict[str, list[float]]:
    """The figures by name."""
    names = [field.name for field in dataclasses.fields(Greeting)]
    return {name: [getattr(greeting, name) for greeting in greetings] for name in names}
