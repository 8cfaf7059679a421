"""The situations that are measured, each against a fresh stand-in. All delays are simulated."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from livekit.agents.utils import http_context

from sandbox.conditions import Fault, Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from sandbox.voice.tone import CHARACTERS_PER_SECOND

from .peers import Make
from .speech import Heard, speak

# 40 ms round trip, first audio 200 ms + 3.3 ms a character: exact, so that runs can be compared.
WEATHER = Latency(jitter=0, tail_probability=0)
PAUSE = 0.2  # seconds between two replies


@dataclass(slots=True)
class Result:
    """One peer in one situation."""

    replies: list[Heard] = field(default_factory=list)
    requests: int = 0
    """Syntheses that the stand-in was asked for, which is what is billed."""
    connects: int = 0
    configs: int = 0

    def first_audible(self) -> list[float]:
        """Sorted times of the replies that were heard, in seconds."""
        return sorted(r.first_audible for r in self.replies if r.first_audible is not None)


Scenario = Callable[[Make, list[str]], Coroutine[Any, Any, Result]]


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of all `values` (sorted) do not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]


async def undisturbed(make: Make, texts: list[str]) -> Result:
    """Every reply once, nothing goes wrong."""
    return await _run(make, texts)


async def after_barge_in(make: Make, texts: list[str]) -> Result:
    """Every reply follows one that the caller interrupted."""
    return await _run(make, texts, interrupt_first=True)


async def slow_tenth(make: Make, texts: list[str]) -> Result:
    """One synthesis in ten is six times slower."""
    return await _run(make, texts, Fault(kind="slow", probability=0.1, factor=6))


async def cut_off(make: Make, texts: list[str]) -> Result:
    """15 % of the syntheses end half-way: the connection is cut."""
    return await _run(make, texts, Fault(kind="drop", probability=0.15))


async def _run(
    make: Make, texts: list[str], *faults: Fault, interrupt_first: bool = False
) -> Result:
    stand_in = SarvamStandIn(latency=WEATHER, seed=7)
    # Tones, so that every sound tells which text it came from and how long it should be.
    stand_in.set_options({"voice": "tone"})
    result = Result()
    # What a LiveKit job has, and the official plugin asks for.
    http_context._new_session_ctx()
    async with serve(stand_in) as at:
        voice = make(at)
        voice.prewarm()
        await asyncio.sleep(1.0)
        # One reply before counting: imports and first connections are paid by nobody's turn.
        await speak(voice, "Warming up.")
        stand_in.conditions.set_faults(faults)
        before = stand_in.stats["syntheses"]
        for text in texts:
            if interrupt_first:
                await speak(voice, text, stop_after=0.1)
            await asyncio.sleep(PAUSE)
            result.replies.append(await speak(voice, text))
        result.requests = stand_in.stats["syntheses"] - before
        result.connects = stand_in.stats["connects"]
        result.configs = stand_in.stats["configs"]
        await voice.aclose()
    await http_context._close_http_ctx()
    return result


def is_whole(heard: Heard) -> bool:
    """Whether the reply was heard to its end and nothing twice, by the length of its tones."""
    wanted = len(heard.text) / CHARACTERS_PER_SECOND
    return not heard.failed and abs(heard.seconds - wanted) < 0.15 + 0.03 * wanted


SCENARIOS: dict[str, Scenario] = {
    "undisturbed": undisturbed,
    "after a barge-in": after_barge_in,
    "1 in 10 six times slow": slow_tenth,
    "15 % cut off half-way": cut_off,
}
