"""Barge-ins at random moments: is any of an old reply heard, is anything left behind?"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from livekit.plugins import sarvam_pooled
from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, percentile, show
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
_RATE = 24000


@dataclass(slots=True)
class Outcome:
    """What was seen over all barge-ins."""

    heard_old: int = 0
    """Replies in which a sound of an earlier one was found."""
    broken: int = 0
    """Replies after a barge-in that were incomplete."""
    cold: int = 0
    """Replies after a barge-in for which no idle connection was left."""
    teardown: list[float] = field(default_factory=list)
    """Seconds that closing an interrupted stream took."""
    tasks_left: int = 0
    sockets_left: int = 0
    open_files: tuple[int, int] = (0, 0)
    """Descriptors of the process before and after."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing old was heard, nothing broken and nothing left."""
        return not (self.heard_old or self.broken or self.tasks_left or self.sockets_left)


@command
def barge_ins(
    count: Annotated[int, typer.Option(help="Replies to interrupt.", min=1, max=10_000)] = 1000,
) -> int:
    """Interrupt replies at random moments: nothing old is heard, nothing is left behind."""
    logging.disable(logging.ERROR)
    seen = asyncio.run(measure(count))
    times = (milliseconds(percentile(seen.teardown, share), 1) for share in (0.5, 0.99, 1.0))
    rows = [
        ("replies with a sound of an earlier one", str(seen.heard_old)),
        ("incomplete replies after a barge-in", str(seen.broken)),
        ("replies that found no idle connection", str(seen.cold)),
        ("teardown p50 / p99 / max, ms", " / ".join(times)),
        ("tasks left", str(seen.tasks_left)),
        ("sockets left", str(seen.sockets_left)),
        ("open files before, after", "{}, {}".format(*seen.open_files)),
    ]
    show(Sheet(f"{count} barge-ins at random moments", ("what", "seen"), rows), Console())
    return not seen.is_clean


async def measure(count: int, *, seed: int = 1) -> Outcome:
    """Interrupt `count` replies at random moments, and listen to a complete one after each."""
    dice, outcome = random.Random(seed), Outcome()
    stand_in = SarvamStandIn(latency=QUICK)
    stand_in.set_options({"voice": "tone", "concurrency_limit": None})
    async with serve(stand_in) as at:
        # Without phrases: the replies share sentences, and each has to be synthesised.
        url = f"ws://{at}/text-to-speech/ws"
        tts = sarvam_pooled.TTS(api_key="bench", ws_url=url, phrases=None)
        tts.prewarm()
        await asyncio.sleep(0.3)
        files = _open_files()
        for number in range(count):
            old = f"Old reply {number}, it goes on. And on, and on for a while. Until it is cut."
            outcome.teardown.append(await _interrupt(tts, old, after=dice.uniform(0, 0.15)))
            outcome.cold += tts.statistics().idle == 0
            new = f"New one {number}."
            pcm = await _listen(tts, new)
            texts = {entry["text"] for entry in stand_in.describe()["syntheses"]}
            # Among thousands of texts some share a tone with the new one: no sound of an old one.
            own = {signature_of(text) for text in texts if text in new}
            outcome.heard_old += bool(_tones(pcm) & ({signature_of(text) for text in texts} - own))
            outcome.broken += abs(len(pcm) / 2 / _RATE - len(new) / 14) > 0.1
        await tts.aclose()
        await asyncio.sleep(0.3)
        outcome.sockets_left = stand_in.describe()["connections"]["open"]
        outcome.tasks_left = sum(t.get_name().startswith("sarvam") for t in asyncio.all_tasks())
        gc.collect()
        outcome.open_files = (files, _open_files())
    return outcome


def _open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


async def _interrupt(tts: sarvam_pooled.TTS, text: str, *, after: float) -> float:
    """Seconds that closing the stream takes."""
    stream = tts.stream()
    stream.push_text(text)
    await asyncio.sleep(after)
    clock = asyncio.get_running_loop().time
    began = clock()
    await stream.aclose()
    return clock() - began


async def _listen(tts: sarvam_pooled.TTS, text: str) -> bytes:
    async with tts.stream() as stream:
        stream.push_text(text)
        stream.end_input()
        return b"".join([event.frame.data.tobytes() async for event in stream])


def _tones(pcm: bytes) -> set[object]:
    """The signature of each text that sounds in it."""
    window = int(WINDOW * _RATE) * 2
    starts = range(0, max(1, len(pcm) - window), window // 3 & ~1)
    return {signature(pcm[at : at + window], sample_rate=_RATE) for at in starts}
