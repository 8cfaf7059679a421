"""What decoding costs: work for a Segment, the longest stretch without the event loop, memory.

Segments of 3 s go through a real Attempt, whose connection has the encoded messages ready, and
through the trimming and framing of a reply. Times are those that the loop's thread works, so that
other programs do not lengthen them; parsing a message's JSON is not in them.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from unittest.mock import patch

import psutil  # type: ignore[import-untyped]
from livekit.plugins.sarvam_pooled.audio import decoder
from livekit.plugins.sarvam_pooled.audio.framer import Framer
from livekit.plugins.sarvam_pooled.audio.libmpg123 import handles
from livekit.plugins.sarvam_pooled.audio.mp3 import mp3_available
from livekit.plugins.sarvam_pooled.options import Synthesis, Timeouts
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SarvamSource
from livekit.plugins.sarvam_pooled.synthesis.marks import AttemptRecord
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.transport.answer import Answer
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete
from livekit.plugins.sarvam_pooled.voice import Voice
from rich.table import Table

from bench.report import percentile
from sandbox.voice import make_encoder, speak

# The requirements.
MOST_WORK: Final = 0.020  # seconds for a Segment
LONGEST: Final = 0.002  # seconds at a stretch
MOST_GROWTH: Final = 8 * 1024 * 1024  # bytes, over all Segments: one leaked handle has 77 KB

WAYS: Final = {
    "mp3, libmpg123": "mp3",
    "mp3, PyAV": "mp3",
    "linear16": "linear16",
}
"""What is measured, and its codec."""

_RATE: Final = 24000
_SECONDS: Final = 3.0
_FIRST_MESSAGE: Final = 0.1  # seconds of audio in it; the others have 0.5 s
_MESSAGE: Final = 0.5
_LONG: Final = 10.0  # seconds in a single message: the worst for the loop
_TEXT: Final = "Hello. " * 20  # it must be able to last so long
# Segments until memory is counted: by then every cache has what it keeps.
_WARM_UP: Final = 0.1


@dataclass(slots=True)
class Cost:
    """What one way of decoding costs. Seconds of work of the loop's thread."""

    first: list[float] = field(default_factory=list)
    """To a Segment's first 20 ms."""
    total: list[float] = field(default_factory=list)
    """To its last."""
    longest: float = 0.0
    """At a stretch, over Segments in messages of half a second."""
    longest_alone: float = 0.0
    """At a stretch, with 10 s of audio in a single message."""
    memory: tuple[int, int] = (0, 0)
    """Bytes of the process after the warm-up and at the end."""
    handles: tuple[int, int] = (0, 0)
    """libmpg123's, at the end: that exist, and of them idle."""

    @property
    def is_kept(self) -> bool:
        """Whether the requirements are met."""
        return (
            percentile(self.total, 0.99) < MOST_WORK
            and max(self.longest, self.longest_alone) < LONGEST
            and self.memory[1] - self.memory[0] < MOST_GROWTH
            and self.handles[0] == self.handles[1]
        )


async def measure(way: str, segments: int, on_segment: Callable[[], None]) -> Cost:
    """Put `segments` through one of `WAYS`."""
    codec = WAYS[way]
    text = "The clinic is open from nine to five, and Doctor Rao is in today until one. "
    speech = await speak(text * 3, sample_rate=_RATE)
    cost, process = Cost(), psutil.Process()
    messages = _messages(codec, speech[: int(_SECONDS * _RATE) * 2])
    alone = [b"".join(_messages(codec, speech[: int(_LONG * _RATE) * 2]))]
    with _library(way):
        for number in range(segments):
            if number == int(segments * _WARM_UP):
                cost.memory = (_settled(process), 0)
            first, total = await _segment(codec, messages)
            cost.first.append(first)
            cost.total.append(total)
            on_segment()
        cost.memory = (cost.memory[0], _settled(process))
        for _ in range(max(10, segments // 100)):
            cost.longest = max(cost.longest, await _longest_stretch(codec, messages))
            cost.longest_alone = max(cost.longest_alone, await _longest_stretch(codec, alone))
    cost.handles = (handles.live, handles.idle)
    return cost


def table(costs: dict[str, Cost], *, segments: int) -> Table:
    """The results; a row for each way."""
    result = Table(title=f"{segments:,} Segments of {_SECONDS:g} s decoded: ms of work on the loop")
    result.add_column("codec")
    for column in (
        "first 20 ms, p50 / p99",
        "Segment, p50 / p99",
        "longest stretch",
        f"{_LONG:g} s in a message",
        "MB before, after",
        "handles, idle",
    ):
        result.add_column(column, justify="right")
    for way, cost in costs.items():
        result.add_row(
            way,
            *(
                f"{percentile(times, 0.5) * 1000:.2f} / {percentile(times, 0.99) * 1000:.2f}"
                for times in (cost.first, cost.total)
            ),
            f"{cost.longest * 1000:.2f}",
            f"{cost.longest_alone * 1000:.2f}",
            "{:.1f}, {:.1f}".format(*(size / 1024**2 for size in cost.memory)),
            "{}, {}".format(*cost.handles),
        )
    return result


@contextmanager
def _library(way: str) -> Iterator[None]:
    """As on a system that has libmpg123, or has not."""
    available = mp3_available() and way != "mp3, PyAV"
    with patch.object(decoder, "mp3_available", lambda: available):
        yield


def _messages(codec: str, pcm: bytes) -> list[bytes]:
    """Encoded as a provider would send it: a short first message, so that sound begins soon."""
    encoder = make_encoder(codec, sample_rate=_RATE)
    data = encoder.encode(pcm) + encoder.finish()
    per_second = len(data) / (len(pcm) / 2 / _RATE)
    first, step = int(per_second * _FIRST_MESSAGE), int(per_second * _MESSAGE)
    return [data[:first], *(data[at : at + step] for at in range(first, len(data), step))]


class _Pool:
    """Stands for the pool and its only connection: the answer is there as soon as it is asked."""

    def __init__(self, messages: list[bytes]) -> None:
        self._messages = messages

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        return Lease(self, lambda _reusable: None, waited=0.0, reused=True)  # type: ignore[arg-type]

    async def configure(self, voice: Voice) -> None:
        pass

    async def speak(self, text: str) -> Answer:
        answer = Answer()
        for message in self._messages:
            answer.put(Audio(message, "bench"))
        answer.put(Complete())
        return answer


async def _segment(codec: str, messages: list[bytes]) -> tuple[float, float]:
    """Work until the first 20 ms of a Segment, and until its last."""
    first = 0.0
    framer = Framer(sample_rate=_RATE)

    def on_pcm(pcm: bytes) -> None:
        nonlocal first
        if framer.feed(pcm) and not first:
            first = time.thread_time() - began

    assembler = SegmentAssembler(
        on_pcm, sample_rate=_RATE, first=True, trim_silence=0.3, lossy=codec != "linear16"
    )
    source = SarvamSource(
        _Pool(messages),  # type: ignore[arg-type]
        voice=Voice(output_audio_codec=codec, speech_sample_rate=_RATE),
        timeouts=Timeouts(),
        stats=AdaptiveStats.initial(Synthesis()),
        on_send=lambda _record: None,
    )
    began = time.thread_time()
    assembler.begin()
    await source(Segment(0, _TEXT), assembler.feed, AttemptRecord(started=0.0), time_limit=8.0)
    assembler.end()
    framer.flush()
    return first, time.thread_time() - began


async def _longest_stretch(codec: str, messages: list[bytes]) -> float:
    """The longest work between two turns of another task on the loop."""
    segment = asyncio.create_task(_segment(codec, messages))
    longest = 0.0
    while not segment.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    await segment
    return longest


def _settled(process: psutil.Process) -> int:
    """Bytes of the process's memory, without what nobody holds any more."""
    gc.collect()
    return int(process.memory_info().rss)
