"""Barge-ins at random moments: is anything of an old reply heard, is anything left behind?"""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from livekit.plugins import sarvam_pooled

from sandbox.conditions import Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from sandbox.voice import signature, signature_of

QUICK = Latency(
    round_trip=0.002,
    first_byte=0.01,
    per_character=0,
    real_time_factor=0.02,
    jitter=0,
    tail_probability=0,
)
WINDOW = 0.15  # seconds of sound in which a tone is recognised


@dataclass(slots=True)
class Outcome:
    """What was seen over all barge-ins."""

    barge_ins: int = 0
    heard_old: int = 0
    """Replies in which a sound of an earlier one was found."""
    broken: int = 0
    """Replies after a barge-in that were not whole."""
    cold: int = 0
    """Replies after a barge-in that found no warm connection."""
    teardown: list[float] = field(default_factory=list)
    """Seconds that closing an interrupted stream took, sorted."""
    tasks_left: int = 0
    sockets_left: int = 0
    open_files: tuple[int, int] = (0, 0)
    """Descriptors of the process before and after."""


async def barge_in(count: int, *, seed: int = 1) -> Outcome:
    """Interrupt `count` replies at random moments, and listen to a whole one after each."""
    dice = random.Random(seed)
    outcome = Outcome(barge_ins=count)
    stand_in = SarvamStandIn(latency=QUICK)
    stand_in.set_options({"voice": "tone", "concurrency_limit": None})
    async with serve(stand_in) as at:
        # Without phrases: the replies share sentences, and each is to be synthesised.
        url = f"ws://{at}/text-to-speech/ws"
        voice = sarvam_pooled.TTS(api_key="bench", ws_url=url, phrases=None)
        voice.prewarm()
        await asyncio.sleep(0.3)
        files = _open_files()
        for number in range(count):
            old = f"Old reply {number}, it goes on. And on, and on for a while. Until it is cut."
            outcome.teardown.append(await _interrupt(voice, old, after=dice.uniform(0, 0.15)))
            cold = voice.statistics().idle == 0
            new = f"New one {number}."
            pcm = await _listen(voice, new)
            texts = [entry["text"] for entry in stand_in.describe()["syntheses"]]
            # Among thousands of texts some share a tone with the new one, which is no old sound.
            own = {signature_of(text) for text in texts if text in new}
            found = _texts_in(pcm, (t for t in texts if signature_of(t) not in own))
            outcome.cold += cold
            outcome.heard_old += bool(found)
            outcome.broken += abs(len(pcm) / 48000 - len(new) / 14) > 0.1
        await voice.aclose()
        await asyncio.sleep(0.3)
        outcome.sockets_left = stand_in.describe()["connections"]["open"]
        outcome.tasks_left = sum(t.get_name().startswith("sarvam") for t in asyncio.all_tasks())
        gc.collect()
        outcome.open_files = (files, _open_files())
    outcome.teardown.sort()
    return outcome


def _open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


async def _interrupt(voice: sarvam_pooled.TTS, text: str, *, after: float) -> float:
    stream = voice.stream()
    stream.push_text(text)
    await asyncio.sleep(after)
    clock = asyncio.get_running_loop().time
    began = clock()
    await stream.aclose()
    return clock() - began


async def _listen(voice: sarvam_pooled.TTS, text: str) -> bytes:
    pcm = bytearray()
    async with voice.stream() as stream:
        stream.push_text(text)
        stream.end_input()
        async for event in stream:
            pcm += event.frame.data.tobytes()
    return bytes(pcm)


def _texts_in(pcm: bytes, candidates: Iterable[str]) -> list[str]:
    by_tone = {signature_of(text): text for text in candidates}
    window = int(WINDOW * 24000) * 2
    found = []
    for start in range(0, max(1, len(pcm) - window), window // 3 & ~1):
        heard = signature(pcm[start : start + window], sample_rate=24000)
        if heard in by_tone:
            found.append(by_tone[heard])
    return found
