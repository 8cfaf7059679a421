"""Makes calls to a worker in one configuration, and reads its journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil  # type: ignore[import-untyped]  # It comes with livekit-agents, its types do not.

from agent.latency.turn_report import TurnReport
from bench.real_calls import AGENT, make_call, simulated
from sandbox.caller.script import Script, load
from sandbox.conditions import Latency
from sandbox.deepgram import DeepgramStandIn
from sandbox.openai import OpenAIStandIn
from sandbox.sarvam import SarvamStandIn
from sandbox.stack.stack import StackOptions, stack
from sandbox.stack.worker import PROGRAM

from .configurations import Configuration
from .injected_delays import SECONDS, InjectedDelay

_BRIEF: Final = Path(__file__).with_name("questions.toml")
_STEADY: Final = ("--latency", "jitter=0", "--latency", "tail_probability=0")
_DELAYED_WORKER: Final = ("-m", "bench.budget.delayed_worker")
_SAMPLE: Final = 0.5  # seconds over which CPU usage is sampled
_FULL: Final = 95.0  # percent
_LATENCIES: Final[dict[str, Latency]] = {
    stand_in.name: stand_in.default_latency
    for stand_in in (DeepgramStandIn, OpenAIStandIn, SarvamStandIn)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The outcome of some calls."""

    reports: tuple[TurnReport, ...]
    busy: float
    """Share of the time in which all CPUs were in use."""
    unanswered: tuple[str, ...] = ()
    """Why calls were given up."""


def questions(*, only_greeting: bool = False) -> Script:
    """What the caller says; a greeting needs only the first line."""
    script = load(_BRIEF)
    return script.model_copy(update={"lines": script.lines[:1]}) if only_greeting else script


async def measure(
    configuration: Configuration,
    scripts: Sequence[Script],
    *,
    delay: InjectedDelay | None = None,
    steady: bool = False,
    on_call: Callable[[], object] = lambda: None,
) -> Measured:
    """Start everything and make a call for each script, one after the other.

    Args:
        delay: A delay to inject.
        steady: The stand-ins' delays do not vary.
        on_call: Called after each call.

    Raises:
        BringUpError: Something cannot be started.
        CallError: A room cannot be joined.
    """
    reports: list[TurnReport] = []
    given_up: list[str] = []
    with TemporaryDirectory(prefix="budget-") as folder:
        options = _options(configuration, Path(folder), delay=delay, steady=steady)
        async with stack(options) as running, _busy() as full:
            for script in scripts:
                call = await make_call(running, script, Path(folder))
                reports += call.reports
                if call.result.given_up:
                    given_up.append(call.result.given_up)
                on_call()
    return Measured(
        reports=tuple(reports),
        busy=sum(full) / max(1, len(full)),
        unanswered=tuple(given_up),
    )


def _options(
    configuration: Configuration, folder: Path, *, delay: InjectedDelay | None, steady: bool
) -> StackOptions:
    environ = {"JOURNAL_DIR": str(folder), "AGENT_NAME": AGENT}
    environ |= (delay or configuration).environment
    arguments: tuple[str, ...] = _STEADY if steady else ()
    if delay and delay.first_byte:
        later = _LATENCIES[delay.first_byte].first_byte + SECONDS
        arguments += ("--latency", f"{delay.first_byte}.first_byte={later:.3f}")
    program = _DELAYED_WORKER if delay and delay.is_in_worker else PROGRAM
    return simulated(folder, environ, serve_arguments=arguments, program=program)


@asynccontextmanager
async def _busy() -> AsyncIterator[list[bool]]:
    """Samples of whether all CPUs were in use: then the agent or a stand-in waits for one."""
    seen: list[bool] = []

    async def watch() -> None:
        psutil.cpu_percent()
        while True:
            await asyncio.sleep(_SAMPLE)
            seen.append(psutil.cpu_percent() >= _FULL)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
