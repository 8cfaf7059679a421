"""What the stand-ins saw of a call, and what its sound says: the evidence for `checks`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from sandbox.voice import speak

from .checks import Evidence
from .recognition import recognise
from .script import Script
from .timing import CLOSURE, sounds, total
from .turns import CallResult

RATE = 24_000
VOICES = ("sarvam", "cartesia")
"""The providers that may speak, the usual one first."""


class Probes:
    """The stand-ins of a stack: prepared before the call, asked after it.

    Args:
        addresses: Provider -> host:port of its stand-in.
        phrases: The folder with what they spoke earlier, which the agent plays without asking them.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        addresses: Mapping[str, str],
        *,
        phrases: Path | None = None,
    ) -> None:
        self._session = session
        self._addresses = addresses
        self._phrases = phrases

    async def prepare(self, script: Script) -> None:
        """Forget earlier calls; a recogniser of English is told what else it will hear."""
        for provider in ("openai", *VOICES):
            await self._control(provider, {"reset_stats": True})
        english = script.language.startswith("en-")
        lines = [] if english else [line.text for line in script.lines]
        # Shared, so that a stream that is opened again goes on where the last one was.
        options = {"script": lines, "shared_script": bool(lines)}
        await self._control("deepgram", {"options": options})

    async def collect(self, script: Script, result: CallResult, *, language: str) -> Evidence:
        """Everything that is known about a call that has ended; `language` is the agent's."""
        chat = await self._stats("openai")
        syntheses = await self._syntheses()
        if syntheses is None:
            return Evidence(written=_written(chat))
        speaker = syntheses[0]["speaker"] if syntheses else ""
        return Evidence(
            written=_written(chat),
            synthesised=(
                *(one["text"] for one in syntheses),
                *_stored_texts(self._phrases, language),
            ),
            needed_seconds=await _needed_seconds(result, language=language, speaker=speaker),
            recognised=await _recognise_answers(result) if language.startswith("en-") else None,
        )

    async def _syntheses(self) -> list[dict[str, Any]] | None:
        """What voices were asked to speak; None if one of them is real."""
        stats = [await self._stats(provider) for provider in VOICES]
        if any(one is None for one in stats):
            return None
        return [synthesis for one in stats if one is not None for synthesis in one["syntheses"]]

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


def _stored_texts(folder: Path | None, language: str) -> Iterator[str]:
    """What stand-ins spoke before this call and the agent kept."""
    for sidecar in folder.glob("*/*/*.json") if folder else ():
        try:
            about = json.loads(sidecar.read_bytes())
            # Sarvam's own are kept under its name alone.
            if about["provider"] != "sarvam" and about["voice"]["target_language_code"] == language:
                yield about["text"]
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _written(stats: dict[str, Any] | None) -> tuple[str, ...] | None:
    return None if stats is None else tuple(one["reply"] for one in stats["exchanges"])


async def _needed_seconds(result: CallResult, *, language: str, speaker: str) -> dict[int, float]:
    """Seconds of sound that the stand-in's voice makes of each answer, without pauses."""
    needed: dict[int, float] = {}
    for turn in result.turns:
        pcm = await speak(turn.words, language=language, sample_rate=RATE, voice=speaker)
        samples = np.frombuffer(pcm, np.dtype("<i2"))
        needed[turn.number] = total(sounds(samples, RATE, pause=CLOSURE))
    return needed


async def _recognise_answers(result: CallResult) -> dict[int, str]:
    """What a recogniser of English makes of each answer."""
    recording = result.recording
    heard = await recognise(
        recording.agent,
        recording.rate,
        [turn.sound for turn in result.turns],
        [turn.words for turn in result.turns],
    )
    return {turn.number: text for turn, text in zip(result.turns, heard, strict=True)}
