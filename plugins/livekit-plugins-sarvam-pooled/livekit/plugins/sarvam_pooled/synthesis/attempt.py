"""Runs one Attempt: sends a Segment's text over one Lease and gets its audio back as PCM.

A reply depends only on `Synthesiser`, the seam to all that makes audio: Sarvam, the phrase cache,
the fallback TTS.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..audio.decoder import make_decoder
from ..duration import max_duration
from ..models import LANGUAGES, V4_LANGUAGES, is_v4
from ..options import Timeouts
from ..text.script import reads
from ..text.segment import Segment
from ..transport.lease import Lease
from ..transport.pool import Pool
from ..voice import Voice
from .adaptive_stats import AdaptiveStats
from .receiver import Receiver
from .records import AttemptRecord
from .response_reader import ResponseReader

OnPcm = Callable[[bytes], None]
Slack = Callable[[], float]
"""Returns the slack: seconds until the caller hears silence if no more audio of this Segment comes.
It is the unplayed audio up to and including what came of this Segment."""


def no_deadline() -> float:
    """Slack without end, where no caller waits."""
    return math.inf


@dataclass(frozen=True, slots=True)
class SynthesisRequest:
    """One Segment to synthesise.

    Attributes:
        segment: The text.
        on_pcm: Receives all PCM, in pieces as it comes.
        record: The Attempt's record; the synthesiser fills it in.
        time_limit: Seconds from `record.started` within which the first audio must come.
        slack: See `Slack`.
    """

    segment: Segment
    on_pcm: OnPcm
    record: AttemptRecord
    time_limit: float
    slack: Slack = no_deadline

    def time_left(self) -> float:
        """Seconds left for the first audio."""
        now = asyncio.get_running_loop().time()
        return max(0.0, self.record.started + self.time_limit - now)


class Synthesiser(Protocol):
    """Makes the audio of a Segment."""

    async def __call__(self, request: SynthesisRequest) -> None:
        """Pass all audio of the Segment to `on_pcm`, then return.

        Raises:
            SarvamError: The audio could not be made; the audio so far stays valid.
        """
        ...


class SarvamSynthesiser:
    """Attempts over the connection pool.

    Args:
        on_send: Called with the Attempt's record just before its text is sent.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        voice: Voice,
        timeouts: Timeouts,
        stats: AdaptiveStats,
        on_send: Callable[[AttemptRecord], None],
    ) -> None:
        self._on_send = on_send
        self._pool = pool
        self._voice = voice
        self._timeouts = timeouts
        self._stats = stats

    async def __call__(self, request: SynthesisRequest) -> None:
        voice = voice_for(request.segment, self._voice)
        timeout = min(self._timeouts.pool, request.time_left())
        lease = await self._pool.acquire(voice, timeout=timeout)
        try:
            request.record.ended = await self._speak(lease, voice, request)
        except BaseException:
            # Cancelled or failed: the audio still to come must never be heard.
            lease.discard()
            raise
        if request.record.ended:
            lease.release()
        else:
            lease.discard()

    async def _speak(self, lease: Lease, voice: Voice, request: SynthesisRequest) -> bool:
        """Synthesise; return whether the connection can be used again."""
        clock = asyncio.get_running_loop().time
        record, text = request.record, request.segment.spoken
        record.leased, record.waited, record.reused = clock(), lease.waited, lease.reused
        await lease.connection.configure(voice)
        self._on_send(record)
        response = await lease.connection.send_text(text)
        record.sent = clock()
        decoder = make_decoder(voice.output_audio_codec, sample_rate=voice.speech_sample_rate)
        receiver = Receiver(
            decoder,
            request.on_pcm,
            record,
            sample_rate=voice.speech_sample_rate,
            max_seconds=max_duration(text, pace=voice.pace),
        )
        reader = ResponseReader(
            receiver,
            text=text,
            voice=voice,
            timeouts=self._timeouts,
            stats=self._stats,
            time_limit=request.time_left(),
            slack=request.slack,
        )
        try:
            return await reader.run(response, sent=record.sent)
        finally:
            decoder.close()


def voice_for(segment: Segment, voice: Voice) -> Voice:
    """The voice in the Segment's own language, if the voice does not read this language and the
    model supports it. An unknown language would end the connection (422), and the reply.
    """
    language = segment.language
    if language is None or reads(voice.target_language_code, language):
        return voice
    if language not in (LANGUAGES | V4_LANGUAGES if is_v4(voice.model) else LANGUAGES):
        return voice
    return replace(voice, target_language_code=language)
