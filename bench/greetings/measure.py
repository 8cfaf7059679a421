"""How soon a caller is greeted in a real room, beside a job that only plays a tone.

One LiveKit server and one set of stand-ins serve two workers that run side by side, each with warm
processes as in production. They are called in turn, so that whatever else the machine does affects
all rows alike.
"""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.real_calls import configure_stand_in, dialled, simulated
from bench.report import percentile
from sandbox.caller.client import RoomClient
from sandbox.caller.timing import sounds
from sandbox.stack import stock_phrases, worker
from sandbox.stack.stack import Stack, StackOptions, stack

ALLOWED = 500 / 406
"""Most times the tone's delay that a greeting may take: 500 ms where the tone takes 406."""
AGENT, TONE = "agent", "tone"

# How long a caller listens; the measuring process is idle meanwhile.
_LISTEN = 3.0
# Time between calls, in which one process ends and the next gets warm.
_PAUSE = 4.0
# Not counted: a worker's first call pays for files that the machine has not read yet.
REHEARSALS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One row: which agent is called, and which providers refuse every connection meanwhile."""

    name: str
    called: str = AGENT
    down: tuple[str, ...] = ()


SITUATIONS = (
    Situation(name="a tone", called=TONE),
    Situation(name="the agent"),
    Situation(name="the agent, Sarvam down", down=("sarvam",)),
    Situation(
        name="the agent, all providers down", down=("sarvam", "cartesia", "deepgram", "openai")
    ),
)


@dataclass(frozen=True, slots=True)
class Greeting:
    """Seconds to the agent's first sound in the caller's recording; infinite if there was none."""

    from_dialling: float
    from_joining: float


Greetings = dict[str, list[Greeting]]
"""By situation."""


async def measure(rounds: int, *, on_call: Callable[[str], None] = lambda _: None) -> Greetings:
    """Make one call in each situation, round after round, with all settings at their defaults."""
    heard: Greetings = {situation.name: [] for situation in SITUATIONS}
    with tempfile.TemporaryDirectory() as folder:
        environ = {"AGENT_NAME": AGENT, "PHRASE_STORE_DIR": f"{folder}/phrases"}
        options = simulated(Path(folder), environ, with_worker=False)
        async with stack(options) as running:
            await stock_phrases.build(running.children, environment=running.environment)
            async with _workers(running):
                for number in range(rounds + REHEARSALS):
                    for situation in SITUATIONS:
                        greeting = await _greeted(running, situation)
                        if number >= REHEARSALS:
                            heard[situation.name].append(greeting)
                        on_call(situation.name)
    return heard


def ratio(heard: Greetings, name: str, share: float = 0.5) -> float:
    """Time from dialling to the first sound, as a multiple of the tone's."""
    return from_dialling(heard[name], share) / from_dialling(heard[SITUATIONS[0].name], share)


def holds(heard: Greetings) -> bool:
    """Whether the median greeting is in time in every situation."""
    return all(ratio(heard, name) <= ALLOWED for name in heard)


def from_dialling(greetings: list[Greeting], share: float) -> float:
    """Seconds from dialling to the first sound that `share` of the greetings do not exceed."""
    return percentile((greeting.from_dialling for greeting in greetings), share)


@asynccontextmanager
async def _workers(running: Stack) -> AsyncIterator[None]:
    """The job that plays a tone and our agent, both with warm processes."""
    argv = [sys.executable, "-m", "bench.greetings.tone_job", "start"]
    job = await running.children.start("tone job", argv, layer=1, env=running.environment)
    try:
        await worker.until_warm(job)
        ports = StackOptions().ports
        agent = await worker.start(running.children, ports, environment=running.environment)
        try:
            yield
        finally:
            await agent.stop()
    finally:
        await job.stop()


async def _greeted(running: Stack, situation: Situation) -> Greeting:
    for provider in situation.down:
        await configure_stand_in(running, provider, {"faults": [{"kind": "refuse"}]})
    try:
        return await _call(running, situation.called)
    finally:
        for provider in situation.down:
            await configure_stand_in(running, provider, {"faults": []})


async def _call(running: Stack, called: str) -> Greeting:
    await asyncio.sleep(_PAUSE)
    room = f"greeting-{uuid.uuid4().hex[:8]}"
    async with dialled(running, room, agent_name=called) as client:
        await asyncio.sleep(_LISTEN)
        first = _first_sound(client)
        return Greeting(first, first - (client.joined - client.dialled))


def _first_sound(client: RoomClient) -> float:
    """Seconds from dialling to the agent's first sound; infinite if there was none."""
    recording = client.recording()
    spans = sounds(recording.agent, recording.rate)
    return spans[0].start if spans else math.inf
