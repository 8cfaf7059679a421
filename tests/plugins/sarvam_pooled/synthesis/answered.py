"""One Attempt over a connection whose response follows a script, on a virtual clock."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace

import numpy as np
from livekit.plugins.sarvam_pooled.errors import PoolTimeout, SarvamError
from livekit.plugins.sarvam_pooled.options import Synthesis, Timeouts
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SarvamSynthesiser, SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.records import AttemptRecord
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import SpeechRate
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import MessageGaps
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete, Event
from livekit.plugins.sarvam_pooled.voice import Voice

from tests.support import virtual_clock

RATE = 24000
TIMES = Timeouts(pool=10, first_audio=5, between_chunks=1.5, final=1.0)
TEXT = "Forty characters take about three seconds"  # 41 of them, 2.9 s by the prior
DEFAULT = Voice()
FINAL = (0.1, Complete())


def sound(seconds: float, *, quiet_end: float = 0.0) -> Audio:
    samples = np.full(int(seconds * RATE), 5000, "<i2")
    if quiet_end:
        samples[-int(quiet_end * RATE) :] = 20
    return Audio(samples.tobytes(), "request-1")


Script = tuple[tuple[float, Event], ...]
"""Seconds since the event before, and an event."""


@dataclass
class ScriptedPool:
    """A pool of one connection, whose response follows a script."""

    script: Script
    wait: float = 0.0
    asked: list[float] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        self.asked.append(timeout)
        if self.wait > timeout:
            await asyncio.sleep(timeout)
            raise PoolTimeout("x")
        await asyncio.sleep(self.wait)
        return Lease(self, self._end, waited=self.wait, reused=True)  # type: ignore[arg-type]

    def _end(self, reusable: bool) -> None:
        self.did.append("released" if reusable else "discarded")

    async def configure(self, voice: Voice) -> None:
        self.did.append("configured")

    async def send_text(self, text: str) -> ResponseStream:
        self.did.append(text)
        response = ResponseStream()
        at = 0.0
        for delay, event in self.script:
            at += delay
            asyncio.get_running_loop().call_later(at, response.put, event)
        return response


@dataclass
class Outcome:
    seconds: float
    took: float
    error: BaseException | None
    record: AttemptRecord
    pool: ScriptedPool
    stats: AdaptiveStats


def attempt(
    *script: tuple[float, Event],
    wait: float = 0.0,
    time_limit: float = 8.0,
    cancel_at: float | None = None,
    rate: SpeechRate | None = None,
    gaps: MessageGaps | None = None,
    slack_at_first: float = math.inf,
    voice: Voice = DEFAULT,
    text: str = TEXT,
) -> Outcome:
    """Run one Attempt.

    Args:
        script: What the server answers, see `Script`.
        wait: Seconds until a connection is free.
        slack_at_first: Seconds of audio before this Segment that are still to be played.
    """

    async def work() -> Outcome:
        pool = ScriptedPool(script, wait)
        initial = AdaptiveStats.initial(Synthesis())
        stats = replace(initial, gaps=gaps or initial.gaps, speech_rate=rate or initial.speech_rate)
        sent: list[AttemptRecord] = []
        synthesiser = SarvamSynthesiser(
            pool,  # type: ignore[arg-type]
            voice=voice,
            timeouts=TIMES,
            stats=stats,
            on_send=sent.append,
        )
        record, pcm, error = AttemptRecord(started=0.0), bytearray(), None
        clock = asyncio.get_running_loop().time

        def slack() -> float:
            return max(0.0, slack_at_first + outcome_seconds() - clock())

        def outcome_seconds() -> float:
            return len(pcm) / 2 / RATE

        segment = Segment(0, text)
        request = SynthesisRequest(segment, pcm.extend, record, time_limit=time_limit, slack=slack)
        task = asyncio.ensure_future(synthesiser(request))
        if cancel_at is not None:
            asyncio.get_running_loop().call_later(cancel_at, task.cancel)
        try:
            await task
        except (SarvamError, asyncio.CancelledError) as caught:
            error = caught
        took = asyncio.get_running_loop().time()
        assert sent == ([record] if "configured" in pool.did else [])
        return Outcome(len(pcm) / 2 / RATE, round(took, 3), error, record, pool, stats)

    return virtual_clock.run(work())
