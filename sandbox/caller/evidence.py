"""What the stand-ins saw of a call, and what its sound says: the evidence for `checks`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import numpy as np

from sandbox.voice import speak

from .checks import Evidence
from .ear import recognise
from .script import Script
from .timing import sounds
from .turns import CallResult

RATE = 24_000


class Witnesses:
    """The stand-ins of a stack: prepared before the call, asked after it."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Mapping[str, str]) -> None:
        self._session = session
        self._addresses = addresses

    async def prepare(self, script: Script) -> None:
        """Forget earlier calls; a recogniser of English is told what else it will hear."""
        for provider in ("openai", "sarvam"):
            await self._control(provider, {"reset_stats": True})
        english = script.language.startswith("en-")
        lines = [] if english else [line.text for line in script.lines]
        await self._control("deepgram", {"options": {"script": lines}})

    async def testify(self, script: Script, result: CallResult) -> Evidence:
        """Everything that is known about a call that has ended."""
        written, synthesised = await asyncio.gather(self._written(), self._synthesised())
        simulated = "sarvam" in self._addresses
        return Evidence(
            written=written,
            synthesised=synthesised,
            needed_seconds=await _needed(script, result) if simulated else None,
            recognised=await _recognised(script, result) if simulated else None,
        )

    async def _written(self) -> tuple[str, ...] | None:
        stats = await self._stats("openai")
        return None if stats is None else tuple(one["reply"] for one in stats["exchanges"])

    async def _synthesised(self) -> tuple[str, ...] | None:
        stats = await self._stats("sarvam")
        return None if stats is None else tuple(stats["texts"])

    async def _stats(self, provider: str) -> dict[str, Any] | None:
        address = self._addresses.get(provider)
        if address is None:
            return None
        async with self._session.get(f"http://{address}/_stats") as response:
            response.raise_for_status()
            stats: dict[str, Any] = await response.json()
            return stats

    async def _control(self, provider: str, body: dict[str, Any]) -> None:
        address = self._addresses.get(provider)
        if address is not None:
            async with self._session.post(f"http://{address}/_control", json=body) as response:
                response.raise_for_status()


async def _needed(script: Script, result: CallResult) -> dict[int, float]:
    """Seconds of sound that the stand-in's voice makes of each answer."""
    needed: dict[int, float] = {}
    for turn in result.turns:
        pcm = await speak(turn.words, language=script.language, sample_rate=RATE)
        samples = np.frombuffer(pcm, np.dtype("<i2"))
        needed[turn.number] = sum(span.duration for span in sounds(samples, RATE))
    return needed


async def _recognised(script: Script, result: CallResult) -> dict[int, str] | None:
    """What a recogniser of English makes of each answer; None in another language."""
    if not script.language.startswith("en-"):
        return None
    texts: Sequence[str] = [turn.words for turn in result.turns]
    recording = result.recording
    heard = await recognise(
        recording.agent, recording.rate, [turn.sound for turn in result.turns], texts
    )
    return {turn.number: text for turn, text in zip(result.turns, heard, strict=True)}
