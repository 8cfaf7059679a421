"""Collects what the stand-ins logged about a call and what its sound contains, for `checks`."""

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
"""The TTS providers, the default one first."""


class Probes:
    """Probes of a stack's stand-ins: prepared before the call, collected after it.

    Args:
        addresses: Provider -> host:port of its stand-in.
        phrases: The folder of stored phrases, which the agent plays without a request.
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
        """Clear the logs; script the recogniser, which knows only English, for other languages."""
        for provider in ("openai", *VOICES):
            await self._control(provider, {"reset_stats": True})
        english = script.language.startswith("en-")
        lines = [] if english else [line.text for line in script.lines]
        # Shared, so that a stream that reconnects continues the script.
        options = {"script": lines, "shared_script": bool(lines)}
        await self._control("deepgram", {"options": options})

    async def collect(self, script: Script, result: CallResult, *, language: str) -> Evidence:
        """The evidence about a call that has ended; `language` is the agent's."""
        chat = await self._stats("openai")
        syntheses = await self._syntheses()
        stock = tuple(_stored_texts(self._phrases, language))
        if syntheses is None:
            return Evidence(written=_written(chat), stock=stock)
        speaker = syntheses[0]["speaker"] if syntheses else ""
        return Evidence(
            written=_written(chat),
            stock=stock,
            synthesised=(*(one["text"] for one in syntheses), *stock),
            needed_seconds=await _needed_seconds(result, language=language, speaker=speaker),
            recognised=await _recognise_answers(result) if language.startswith("en-") else None,
        )

    async def _syntheses(self) -> list[dict[str, Any]] | None:
        """The syntheses of the TTS providers; None if one of them is real."""
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
    """The texts of the agent's stored phrases that stand-ins synthesised."""
    for sidecar in folder.glob("*/*/*.json") if folder else ():
        try:
            about = json.loads(sidecar.read_bytes())
            # Those of the real Sarvam have its bare name as provider.
            if about["provider"] != "sarvam" and about["voice"]["target_language_code"] == language:
                yield about["text"]
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _written(stats: dict[str, Any] | None) -> tuple[str, ...] | None:
    return None if stats is None else tuple(one["reply"] for one in stats["exchanges"])


async def _needed_seconds(result: CallResult, *, language: str, speaker: str) -> dict[int, float]:
    """Turn number -> seconds of sound that the stand-in makes of the answer, without pauses."""
    needed: dict[int, float] = {}
    for turn in result.turns:
        pcm = await speak(turn.words, language=language, sample_rate=RATE, voice=speaker)
        samples = np.frombuffer(pcm, np.dtype("<i2"))
        needed[turn.number] = total(sounds(samples, RATE, pause=CLOSURE))
    return needed


async def _recognise_answers(result: CallResult) -> dict[int, str]:
    """Turn number -> the words that a recogniser of English finds in the answer."""
    recording = result.recording
    found = await recognise(
        recording.agent,
        recording.rate,
        [turn.sound for turn in result.turns],
        [turn.words for turn in result.turns],
    )
    return {turn.number: text for turn, text in zip(result.turns, found, strict=True)}
