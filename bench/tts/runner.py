"""Runs one peer in one scenario, against a stand-in of its own, and all jobs in turn."""

from __future__ import annotations

import asyncio
import functools
import itertools
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.hearing.words import WordRecogniser
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from sandbox.voice.tone import spoken_words

from .drivers.messages import Delivery, Open, Say
from .peers import Peer, PeerProcess
from .results import Result, judge
from .scenarios import PROVIDER_LATENCY, Scenario

PAUSE = 0.2  # seconds between two replies
SIDE_BY_SIDE = 10
"""Jobs at the same time, of those that need not be alone: together they use about one core."""
_CONNECTING = 1.0  # seconds for first connections, as before a call
_SETTLING = 0.5  # seconds for connections that are opening, before they are counted
_SETTLINGS = 4  # that many times at most
_BARGE_IN = 0.1  # seconds of audio before the caller interrupts
_WARM_UP = "Warming up."

Job = tuple[Scenario, Peer]
Results = dict[tuple[str, str], Result]
"""By title and name."""


@functools.cache
def replies() -> dict[str, list[str]]:
    """The replies to speak, by language."""
    return tomllib.loads((Path(__file__).parent / "replies.toml").read_text(encoding="utf-8"))


@functools.cache
def recogniser(sample_rate: int) -> WordRecogniser:
    """Knows every word of every reply, so that a word of an old reply is noticed in a new one."""
    texts = [text for group in replies().values() for text in group] + [_WARM_UP]
    return WordRecogniser((word for text in texts for word in spoken_words(text)), sample_rate)


def texts_of(scenario: Scenario, rounds: int) -> list[str]:
    """The replies of a scenario, in order."""
    groups = replies()
    wanted = [groups["long"]] if scenario.texts == "long" else list(groups.values())
    return [text for group in wanted for text in group] * scenario.repeat * rounds


async def run_all(
    jobs: Sequence[Job],
    *,
    rounds: int,
    seed: int,
    on_begin: Callable[[Job], None],
    on_end: Callable[[Job], None],
) -> Results:
    """Run every job: first those that must be alone, one by one, then the others side by side."""
    results: Results = {}
    async with AsyncExitStack() as stack:
        idle: dict[str, list[PeerProcess]] = {}

        async def run(job: Job) -> None:
            scenario, peer = job
            ready = idle.setdefault(peer.module, [])
            process = (
                ready.pop() if ready else await stack.enter_async_context(PeerProcess.start(peer))
            )
            on_begin(job)
            texts = texts_of(scenario, rounds)
            results[scenario.title, peer.name] = await run_one(
                process, peer.variant, scenario, texts, seed=seed
            )
            ready.append(process)
            on_end(job)

        for job in jobs:
            if job[0].is_alone:
                await run(job)
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def wait_and_run(job: Job) -> None:
            async with places:
                await run(job)

        # The longest first, so that none runs by itself at the end.
        together = [job for job in jobs if not job[0].is_alone]
        together.sort(key=lambda job: job[0].repeat + job[0].barge_in, reverse=True)
        async with asyncio.TaskGroup() as group:
            for job in together:
                group.create_task(wait_and_run(job))
    return results


async def run_one(
    process: PeerProcess, variant: str, scenario: Scenario, texts: list[str], *, seed: int
) -> Result:
    """Run one peer in one scenario."""
    stand_in = SarvamStandIn(latency=PROVIDER_LATENCY, seed=seed)
    stand_in.set_options({"voice": "words", "pace_spread": scenario.pace_spread})
    if scenario.faults_from_start:
        stand_in.conditions.set_faults(scenario.faults)
    async with serve(stand_in) as at:
        await process.open(Open(at=at, variant=variant, replies=scenario.at_once))
        await asyncio.sleep(_CONNECTING)
        numbers = itertools.count()
        # One reply before counting: no measured reply pays for imports and first connections.
        await process.say(Say(number=next(numbers), text=_WARM_UP))
        if not scenario.faults_from_start:
            stand_in.conditions.set_faults(scenario.faults)
        before = stand_in.stats["syntheses"]
        deliveries = await _speak(process, scenario, texts, numbers)
        await asyncio.sleep(_SETTLING)
        # A connection that has just opened is configured a moment later.
        for _ in range(_SETTLINGS):
            if stand_in.stats["configs"] >= stand_in.stats["connects"]:
                break
            await asyncio.sleep(_SETTLING)
        stats, peak = stand_in.stats.copy(), stand_in.describe()["connections"]["peak"]
        await process.close()
    # On a thread: judging takes 50 ms a reply, and other stand-ins may share this loop.
    judged = [
        await asyncio.to_thread(judge, each, text, recogniser)
        for each, text in zip(deliveries, texts, strict=True)
    ]
    return Result(
        replies=judged,
        requests=stats["syntheses"] - before,
        connects=stats["connects"],
        configs=stats["configs"],
        peak=peak,
    )


async def _speak(
    process: PeerProcess, scenario: Scenario, texts: list[str], numbers: Iterator[int]
) -> list[Delivery]:
    """Speak all replies, `at_once` of them at the same time."""
    deliveries: list[Delivery] = []
    for first in range(0, len(texts), scenario.at_once):
        if scenario.barge_in:
            # A different reply, so that a sound of it is noticed in the next one.
            other = texts[(first + 1) % len(texts)]
            await process.say(Say(number=next(numbers), text=other, stop_after=_BARGE_IN))
        await asyncio.sleep(PAUSE)
        says = [
            Say(number=next(numbers), text=text, token_seconds=scenario.token_seconds)
            for text in texts[first : first + scenario.at_once]
        ]
        deliveries += await asyncio.gather(*map(process.say, says))
    return deliveries
