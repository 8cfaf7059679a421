"""Attempts that follow a script, and one Segment made of them on a virtual clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from livekit.plugins.sarvam_pooled.errors import (
    SarvamError,
)
from livekit.plugins.sarvam_pooled.options import Synthesis
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.hedge import FirstAudioModel, HedgeBudget
from livekit.plugins.sarvam_pooled.synthesis.records import SegmentRecord
from livekit.plugins.sarvam_pooled.synthesis.segment_assembler import SegmentAssembler
from livekit.plugins.sarvam_pooled.synthesis.segment_synthesis import SegmentSynthesis
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import MessageGaps
from livekit.plugins.sarvam_pooled.text.segment import Segment

from tests.support import virtual_clock

RATE = 24000
# With these the model says: 300 ms is usual for 20 characters, 360 ms is late.
USUAL, LATE = 0.3, 0.33


@dataclass(frozen=True)
class Plan:
    """What an Attempt does: first audio after `first` seconds, its end `rest` seconds later."""

    first: float
    rest: float = 0.1
    error: SarvamError | asyncio.CancelledError | None = None
    """Raised at the end; before any audio when `first` is infinite."""
    pieces: int = 2
    """Chunks of 0.1 s; an error comes in place of the last."""


class ScriptedSynthesiser:
    """Attempts that follow their plans; says when each began and what became of it."""

    def __init__(self, *plans: Plan) -> None:
        self._plans = list(plans)
        self.began: list[float] = []
        self.texts: list[str] = []
        self.ended: list[str] = []
        self.ended_at: dict[int, float] = {}

    async def __call__(self, request: SynthesisRequest) -> None:
        record = request.record
        clock = asyncio.get_running_loop().time
        number = len(self.began)
        plan = self._plans[number]
        self.began.append(round(clock(), 3))
        self.texts.append(request.segment.spoken)
        self.ended.append("running")
        record.leased = record.sent = clock()
        try:
            if plan.first == float("inf"):
                await asyncio.sleep(plan.rest)
            else:
                await asyncio.sleep(plan.first)
                record.first_byte = clock()
                for _ in range(plan.pieces - 1):
                    record.seconds += 0.1
                    request.on_pcm(bytes([number + 1, 0]) * 2400)
                await asyncio.sleep(plan.rest)
            if plan.error is not None:
                raise plan.error
            record.seconds += 0.1
            request.on_pcm(bytes([number + 1, 0]) * 2400)
            self.ended[number] = "complete"
        except asyncio.CancelledError:
            self.ended[number] = "cancelled"
            raise
        except SarvamError:
            self.ended[number] = "failed"
            raise
        finally:
            self.ended_at[number] = round(clock(), 3)


def race(
    *plans: Plan,
    hedge: bool = True,
    slack: float = 0.0,
    tokens: float = 5.0,
    length: int = 20,
    time_limit: float = 5.0,
    audio_limit: float = 60.0,
    other: ScriptedSynthesiser | None = None,
    text: str = "",
) -> tuple[ScriptedSynthesiser, bytes, SegmentRecord, float]:
    """Run one Segment: the synthesiser, what was heard, the record, and how long it took.

    Args:
        other: The synthesiser to fail over to.
    """

    async def work() -> tuple[ScriptedSynthesiser, bytes, SegmentRecord, float]:
        synthesiser = ScriptedSynthesiser(*plans)
        model = FirstAudioModel(quantile=0.95)
        for _ in range(10):
            model.observe(characters=20, seconds=USUAL)
        heard = bytearray()
        record = SegmentRecord(0, length, text_ready=0.0)
        segment_run = SegmentSynthesis(
            Segment(0, text or "x" * length),
            synthesiser,
            rules=Synthesis(hedge=hedge, retries=2),
            stats=AdaptiveStats(
                model, HedgeBudget(share=0.05, initial=tokens), SpeechRate(), MessageGaps()
            ),
            assembler=SegmentAssembler(
                heard.extend, sample_rate=RATE, first=True, trim_silence=0.0, lossy=False
            ),
            slack=lambda: max(0.0, slack - asyncio.get_running_loop().time()),
            record=record,
            time_limit=time_limit,
            audio_limit=audio_limit,
            switch_from=lambda failed, *_: (
                other if failed is synthesiser else synthesiser if other else None
            ),
        )
        try:
            await segment_run.run()
        finally:
            # Nothing that was started may outlive the Segment.
            assert "running" not in synthesiser.ended
        return synthesiser, bytes(heard), record, asyncio.get_running_loop().time()

    return virtual_clock.run(work())
