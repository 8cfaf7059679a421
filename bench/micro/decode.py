"""What decoding costs: work for a Segment, the longest stretch without the event loop, memory.

Segments of 3 s go through a real Attempt, whose connection has the encoded messages ready, and
through the trimming and framing of a reply. Times are CPU time of the loop's thread, so that other
programs do not lengthen them; parsing a message's JSON is not included.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from unittest.mock import patch

import psutil  # type: ignore[import-untyped]
from livekit.plugins.sarvam_pooled.audio import decoder
from livekit.plugins.sarvam_pooled.audio.framer import Framer
from livekit.plugins.sarvam_pooled.audio.mp3 import mp3_available
from livekit.plugins.sarvam_pooled.options import Synthesis, Timeouts
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SarvamSynthesiser, SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.records import AttemptRecord
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete
from livekit.plugins.sarvam_pooled.voice import Voice

from bench.report import Sheet, milliseconds, percentile
from sandbox.voice import make_encoder, speak

MOST_WORK: Final = 0.020  # seconds for a Segment
LONGEST: Final = 0.002  # seconds at a stretch
MOST_GROWTH: Final = 8 * 1024 * 1024  # bytes, over all Segments: one leaked decoder has 77 KB

CODECS: Final = {"mp3, libmpg123": "mp3", "mp3, PyAV": "mp3", "linear16": "linear16"}
"""What is measured: codec and library -> codec."""

_RATE: Final = 24000
_SECONDS: Final = 3.0
_FIRST_MESSAGE: Final = 0.1  # seconds of audio in it; the others have 0.5 s
_MESSAGE: Final = 0.5
_LONG: Final = 10.0  # seconds in a single message: the worst for the loop
_TEXT: Final = "Hello. " * 20  # long enough for that audio
_WARM_UP: Final = 0.1  # share of the Segments after which caches are full and memory is counted


@dataclass(slots=True)
class Cost:
    """What one codec costs. Seconds of CPU of the loop's thread."""

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

    @property
    def holds(self) -> bool:
        """Whether the limits are."""
        return (
            percentile(self.total, 0.99) < MOST_WORK
            and max(self.longest, self.longest_alone) < LONGEST
            and self.memory[1] - self.memory[0] < MOST_GROWTH
        )


async def measure(name: str, segments: int, on_segment: Callable[[], None]) -> Cost:
    """Put `segments` through one of `CODECS`."""
    codec = CODECS[name]
    text = "The clinic is open from nine to five, and Doctor Rao is in today until one. "
    speech = await speak(text * 3, sample_rate=_RATE)
    cost, process = Cost(), psutil.Process()
    messages = _messages(codec, speech[: int(_SECONDS * _RATE) * 2])
    alone = [b"".join(_messages(codec, speech[: int(_LONG * _RATE) * 2]))]
    with _library(name):
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
    return cost


def sheet(costs: Mapping[str, Cost], *, segments: int) -> Sheet:
    """The results; a row for each codec and library."""
    rows = [
        (
            name,
            *(
                " / ".join(milliseconds(percentile(times, share), 2) for share in (0.5, 0.99))
                for times in (cost.first, cost.total)
            ),
            milliseconds(cost.longest, 2),
            milliseconds(cost.longest_alone, 2),
            "{:.1f}, {:.1f}".format(*(size / 1024**2 for size in cost.memory)),
        )
        for name, cost in costs.items()
    ]
    times = ("first 20 ms, p50 / p99", "Segment, p50 / p99", "longest stretch")
    columns = ("codec", *times, f"{_LONG:g} s in a message", "MB before, after")
    title = f"{segments:,} Segments of {_SECONDS:g} s decoded: ms of work on the loop"
    return Sheet(title, columns, rows)


@contextmanager
def _library(name: str) -> Iterator[None]:
    """As on a system that has libmpg123, or has not."""
    available = mp3_available() and name != "mp3, PyAV"
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
    """In place of the pool and its only connection: answers at once."""

    def __init__(self, messages: list[bytes]) -> None:
        self._messages = messages

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        return Lease(self, lambda _reusable: None, waited=0.0, reused=True)  # type: ignore[arg-type]

    async def configure(self, voice: Voice) -> None:
        pass

    async def send_text(self, text: str) -> ResponseStream:
        response = ResponseStream()
        for message in self._messages:
            response.put(Audio(message, "bench"))
        response.put(Complete())
        return response


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
    synthesiser = SarvamSynthesiser(
        _Pool(messages),  # type: ignore[arg-type]
        voice=Voice(output_audio_codec=codec, speech_sample_rate=_RATE),
        timeouts=Timeouts(),
        stats=AdaptiveStats.initial(Synthesis()),
        on_send=lambda _record: None,
    )
    began = time.thread_time()
    assembler.begin()
    record = AttemptRecord(started=0.0)
    await synthesiser(SynthesisRequest(Segment(0, _TEXT), assembler.feed, record, time_limit=8.0))
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
    """Bytes of the process's memory after a garbage collection."""
    gc.collect()
    return int(process.memory_info().rss)
