"""Segments made by plan, and a whole reply of them on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from livekit.plugins.sarvam_pooled.errors import (
    SarvamError,
)
from livekit.plugins.sarvam_pooled.options import Options, Segmenting, Synthesis
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.hedge import FirstAudioModel, HedgeBudget
from livekit.plugins.sarvam_pooled.synthesis.records import SegmentRecord
from livekit.plugins.sarvam_pooled.synthesis.reply import Reply, Sinks
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import MessageGaps
from livekit.plugins.sarvam_pooled.synthesis.transcript import TimedWord

from tests.support import virtual_clock

RATE = 24000
PIECE = RATE // 10  # samples of a Chunk


@dataclass(frozen=True)
class Plan:
    """How a Segment is made: its first Chunk after `first` seconds, one more every `gap`."""

    first: float = 0.3
    gap: float = 0.02
    pieces: int = 10
    """Chunks of 0.1 s."""
    errors: tuple[BaseException, ...] = ()
    """One for each Attempt that fails, after half of its Chunks."""


@dataclass
class Studio:
    """Makes Segments by plan; their samples say which Segment they are of, counted from 1."""

    plans: dict[int, Plan] = field(default_factory=dict)
    usual: Plan = field(default_factory=Plan)
    first_only: bool = False
    """Whether plans are for first Attempts, and a second one goes as usual."""
    began: list[tuple[float, int]] = field(default_factory=list)
    running: int = 0
    peak: int = 0
    cancelled: int = 0

    async def __call__(self, request: SynthesisRequest) -> None:
        segment, record = request.segment, request.record
        clock = asyncio.get_running_loop().time
        number = sum(index == segment.index for _, index in self.began)
        plan = self.plans.get(segment.index, self.usual)
        if number and self.first_only:
            plan = self.usual
        self.began.append((clock(), segment.index))
        self.running += 1
        self.peak = max(self.peak, self.running)
        record.leased = record.sent = clock()
        try:
            await asyncio.sleep(plan.first)
            record.first_byte = clock()
            if number < len(plan.errors) and not plan.pieces:
                raise plan.errors[number]
            for piece in range(plan.pieces):
                if number < len(plan.errors) and piece == plan.pieces // 2:
                    raise plan.errors[number]
                record.seconds += 0.1
                request.on_pcm(bytes([segment.index + 1, 0]) * PIECE)
                await asyncio.sleep(plan.gap)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1


@dataclass
class Outcome:
    """What came of a reply."""

    studio: Studio
    pcm: bytearray = field(default_factory=bytearray)
    pushes: list[tuple[float, float]] = field(default_factory=list)
    """Time and seconds of each push."""
    words: list[TimedWord] = field(default_factory=list)
    records: list[SegmentRecord] = field(default_factory=list)
    error: BaseException | None = None
    ended: float = 0.0

    @property
    def lengths(self) -> list[tuple[int, float]]:
        """Segments in the order in which they sounded, each with its seconds."""
        heard: list[list[float]] = []
        for sample in bytes(self.pcm[::2]):
            if not heard or heard[-1][0] != sample - 1:
                heard.append([sample - 1, 0])
            heard[-1][1] += 1 / RATE
        return [(int(index), round(seconds, 3)) for index, seconds in heard]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)


def sentences(count: int) -> str:
    return " ".join(f"Sentence number {number}." for number in range(count))


def speak(
    *script: str | float | Exception | None,
    studio: Studio,
    cancel_at: float | None = None,
    time_limit: float = 5.0,
    fallback: Studio | None = None,
    **rules: object,
) -> Outcome:
    """Run a reply. The script is the LLM's: tokens, pauses in seconds, flushes (None), errors."""
    outcome = Outcome(studio)

    async def text() -> AsyncIterator[str | None]:
        for item in script:
            if isinstance(item, Exception):
                raise item
            if isinstance(item, float):
                await asyncio.sleep(item)
            else:
                yield item

    async def work() -> Outcome:
        clock = asyncio.get_running_loop().time

        def hear(pcm: bytes) -> None:
            outcome.pcm += pcm
            outcome.pushes.append((clock(), len(pcm) / 2 / RATE))

        options = Options(
            segmenting=Segmenting(first_clause=False, min_length=1),
            synthesis=Synthesis(**({"trim_silence": 0.0, "hedge": False} | rules)),  # type: ignore[arg-type]
        )
        reply = Reply(
            studio,
            options=options,
            stats=AdaptiveStats(
                FirstAudioModel(quantile=0.95), HedgeBudget(share=0.05), SpeechRate(), MessageGaps()
            ),
            sinks=Sinks(
                on_pcm=hear, on_words=outcome.words.extend, on_segment_done=outcome.records.append
            ),
            time_limit=time_limit,
            fallback=fallback,
        )
        task = asyncio.create_task(reply.run(text()))
        if cancel_at is not None:
            asyncio.get_running_loop().call_later(cancel_at, task.cancel)
        try:
            await task
        except (SarvamError, ArithmeticError, asyncio.CancelledError) as error:
            outcome.error = error
        outcome.ended = clock()
        # Nothing that was started may outlive the reply.
        assert len(asyncio.all_tasks()) == 1
        assert studio.running == 0
        return outcome

    return virtual_clock.run(work())
