"""Real calls in a real room, our agent beside one built as LiveKit's own starter is.

One LiveKit server and one set of stand-ins serve all sides. The sides are called in turn, so that
whatever slows the machine slows all of them; only the worker of the called side runs, started as in
production with a warm process. A turn is read off the caller's recording: from the last loud sample
of the caller to the first loud one of the agent.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import tomllib
import uuid
import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.real_calls import configure_stand_in, simulated
from bench.report import percentile
from sandbox.caller.call import run_call
from sandbox.caller.script import Line, Script
from sandbox.stack import worker
from sandbox.stack.livekit_binary import ROOT
from sandbox.stack.stack import Stack, stack

CONDITIONS: Final = (
    "round_trip=0.04",
    "deepgram.first_byte=0.13",
    "openai.first_byte=0.21",
    "openai.per_character=0",
    "sarvam.first_byte=0.2",
    "sarvam.per_character=0.0033",
)
"""Seconds. What the worker sees, with a round trip of 40 ms: a final transcript 150 ms
after Deepgram's endpoint, a first token 250 ms after the request, first audio after 240 ms and
3.3 ms a character."""
LIMITS: Final = {0.5: 1.15, 0.95: 1.5}
"""Share of the turns -> seconds within which they must be answered."""
STARTER: Final = "the starter"
OURS: Final = "ours"
_NEVER: Final = float("inf")
# The server sends no call to a worker whose machine is as busy as while a worker starts.
_SETTLE: Final = 5.0
_WARM: Final = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An agent to call."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of our worker, as in `.env`."""

    @property
    def argv(self) -> tuple[str | Path, ...]:
        """The command that starts its worker."""
        if self.name == STARTER:
            return (sys.executable, "-m", "bench.rooms.starter", "start")
        return (sys.executable, ROOT / "agent.py", "start")


@dataclass(slots=True)
class Turns:
    """The turns of one side."""

    delays: list[float] = field(default_factory=list)
    """Seconds from the caller's last sound to the agent's first; infinite if there was none. The
    same index is the same turn on all sides."""
    spoken_over: int = 0
    """Turns in which the agent began while the caller was still speaking."""

    def at(self, share: float) -> float:
        """The delay that `share` of the turns do not exceed."""
        return percentile(self.delays, share)

    def later_than(self, other: Turns) -> float:
        """Median of the seconds by which a turn is answered later than the same turn of `other`;
        turns that `other` does not answer are left out."""
        pairs = zip(self.delays, other.delays, strict=True)
        later = [ours - theirs for ours, theirs in pairs if theirs < _NEVER]
        return percentile(later, 0.5) if later else _NEVER

    @property
    def holds(self) -> bool:
        """Whether the limits are kept."""
        return not self.spoken_over and all(self.at(q) <= most for q, most in LIMITS.items())


def sides(variants: Sequence[str]) -> list[Side]:
    """Both sides, and ours again for each of `variants`: `NAME=VALUE`, several with commas.

    Raises:
        ValueError: A variant is not a setting.
    """
    made = [Side(name=STARTER), Side(name=OURS)]
    for variant in variants:
        settings = dict(pair.partition("=")[::2] for pair in variant.split(","))
        if not all(name.isupper() and value for name, value in settings.items()):
            raise ValueError(f"{variant!r}: write NAME=VALUE, a setting of .env.example")
        made.append(Side(name=variant, settings=settings))
    return made


async def measure(
    wanted: Sequence[Side], *, calls: int, on_call: Callable[[str], None] = lambda _: None
) -> dict[str, Turns]:
    """Make this many calls to each side, in turn."""
    spoken = tomllib.loads(Path(__file__).with_name("dialogue.toml").read_text("utf-8"))
    script = Script(title="Rooms", lines=tuple(Line(text=text) for text in spoken["lines"]))
    heard = {side.name: Turns() for side in wanted}
    with tempfile.TemporaryDirectory() as folder:
        latencies = tuple(word for flag in CONDITIONS for word in ("--latency", flag))
        options = simulated(Path(folder), {}, with_worker=False, serve_arguments=latencies)
        async with stack(options) as running:
            for _ in range(calls):
                for side in wanted:
                    on_call(side.name)
                    async with _worker(running, side, Path(folder)):
                        await asyncio.sleep(_SETTLE)
                        await _instruct(running, spoken)
                        await _call(running, side, script, heard[side.name])
    return heard


@asynccontextmanager
async def _worker(running: Stack, side: Side, folder: Path) -> AsyncIterator[None]:
    """The worker of a side, with a warm process."""
    environment = running.environment | {
        "AGENT_NAME": _name(side),
        "METRICS_PORT": "0",
        "WORKER_IDLE_PROCESSES": "1",
        "WORKER_LOAD_THRESHOLD": "100",
        # No reply is in a phrase store, and none is added to one.
        "PHRASE_STORE_DIR": str(folder / "phrases" / _name(side)),
        "PHRASE_MIN_CALLS": "1000000",
        **side.settings,
    }
    child = await running.children.start(_name(side), side.argv, layer=1, env=environment)
    try:
        await worker.until_warm(child, timeout=_WARM)
        yield
    finally:
        await child.stop()


def _name(side: Side) -> str:
    """For a file and an agent, whose names may not be as long as several settings."""
    name = "".join(letter if letter.isalnum() else "-" for letter in side.name)
    return f"{name[:40]}-{zlib.crc32(name.encode()):x}"


async def _instruct(running: Stack, spoken: Mapping[str, Sequence[str]]) -> None:
    """Set what is heard and answered in the next call. Preemptive requests use up answers."""
    wanted = {
        "deepgram": {"script": spoken["lines"]},
        "openai": {"replies": [*spoken["answers"]] * 5},
    }
    for provider, options in wanted.items():
        await configure_stand_in(running, provider, {"options": options})


async def _call(running: Stack, side: Side, script: Script, heard: Turns) -> None:
    result = await run_call(
        running.livekit_url,
        running.api_key,
        running.api_secret,
        script,
        room=f"rooms-{uuid.uuid4().hex[:8]}",
        agent_name=_name(side),
    )
    heard.delays += [_NEVER if turn.delay is None else turn.delay for turn in result.turns]
    heard.delays += [_NEVER] * (len(script.lines) - len(result.turns))
    heard.spoken_over += sum(turn.spoke_over for turn in result.turns)
