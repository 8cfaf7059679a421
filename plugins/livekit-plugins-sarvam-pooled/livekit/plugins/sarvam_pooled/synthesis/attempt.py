"""One Attempt: a Segment's text over one Lease, its audio back as PCM.

This is the seam between a reply and what makes its audio: the runner knows only `Source`. A phrase
cache or the fallback TTS is another Source.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..audio.decoder import make_decoder
from ..length import longest
from ..models import LANGUAGES, V4_LANGUAGES, is_v4
from ..options import Timeouts
from ..text.script import reads
from ..text.segment import Segment
from ..transport.lease import Lease
from ..transport.pool import Pool
from ..voice import Voice
from .adaptive_stats import AdaptiveStats
from .listening import Listening
from .marks import AttemptRecord
from .receiver import Receiver

OnPcm = Callable[[bytes], None]
Slack = Callable[[], float]
"""Seconds until the caller would hear silence if no more came of this Segment."""


def no_deadline() -> float:
    """The slack of a Segment that is not for now."""
    return math.inf


@dataclass(frozen=True, slots=True)
class SynthesisRequest:
    """What an Attempt is asked for.

    Attributes:
        segment: The text.
        on_pcm: Gets all PCM, in pieces as it comes.
        record: The Attempt's own, to be filled in.
        time_limit: Seconds within which the first audio must come.
        slack: Asked when audio stops without an end.
    """

    segment: Segment
    on_pcm: OnPcm
    record: AttemptRecord
    time_limit: float
    slack: Slack = no_deadline


class Source(Protocol):
    """Makes the audio of a Segment."""

    async def __call__(self, request: SynthesisRequest) -> None:
        """Return when all audio of the Segment was given to `on_pcm`.

        Raises:
            SarvamError: It could not be made; what `on_pcm` got until then stays valid.
        """
        ...


class SarvamSource:
    """Attempts over the pool of connections.

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
        timeout = min(self._timeouts.pool, request.time_limit)
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
        """Synthesise; whether the connection owes nothing more."""
        clock = asyncio.get_running_loop().time
        record, text = request.record, request.segment.spoken
        record.leased, record.waited, record.reused = clock(), lease.waited, lease.reused
        await lease.connection.configure(voice)
        self._on_send(record)
        answer = await lease.connection.speak(text)
        record.sent = clock()
        decoder = make_decoder(voice.output_audio_codec, sample_rate=voice.speech_sample_rate)
        receiver = Receiver(
            decoder,
            request.on_pcm,
            record,
            sample_rate=voice.speech_sample_rate,
            longest=longest(text, pace=voice.pace),
        )
        listening = Listening(
            receiver,
            text=text,
            voice=voice,
            timeouts=self._timeouts,
            stats=self._stats,
            time_limit=request.time_limit,
            slack=request.slack,
        )
        try:
            return await listening.run(answer, sent=record.sent)
        finally:
            decoder.close()


def voice_for(segment: Segment, voice: Voice) -> Voice:
    """The voice, switched to the Segment's own language where it has one that the voice does not
    read and the model knows: an unknown one would end the connection (422), and with it the reply.
    """
    language = segment.language
    if language is None or reads(voice.target_language_code, language):
        return voice
    if language not in (LANGUAGES | V4_LANGUAGES if is_v4(voice.model) else LANGUAGES):
        return voice
    return replace(voice, target_language_code=language)
