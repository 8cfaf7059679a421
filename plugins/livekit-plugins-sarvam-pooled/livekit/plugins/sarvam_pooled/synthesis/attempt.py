"""One Attempt: a Segment's text over one Lease, its audio back as PCM.

This is the seam between a reply and whatever makes audio: the runner knows only `Source`. A phrase
from a cache or another provider's voice is another Source.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
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


class Source(Protocol):
    """Makes the audio of a Segment."""

    async def __call__(
        self,
        segment: Segment,
        on_pcm: OnPcm,
        record: AttemptRecord,
        *,
        time_limit: float,
        slack: Slack = no_deadline,
    ) -> None:
        """Give all PCM of `segment` to `on_pcm`, in pieces as it comes; return when it is complete.

        Args:
            time_limit: Seconds within which the first audio must come.
            slack: Asked when audio stops without an end.

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

    async def __call__(
        self,
        segment: Segment,
        on_pcm: OnPcm,
        record: AttemptRecord,
        *,
        time_limit: float,
        slack: Slack = no_deadline,
    ) -> None:
        voice = voice_for(segment, self._voice)
        lease = await self._pool.acquire(voice, timeout=min(self._timeouts.pool, time_limit))
        try:
            record.ended = await self._speak(
                lease, segment, voice, on_pcm, record, time_limit, slack
            )
        except BaseException:
            # Cancelled or failed: what it still owes must never be heard.
            lease.discard()
            raise
        if record.ended:
            lease.release()
        else:
            lease.discard()

    async def _speak(
        self,
        lease: Lease,
        segment: Segment,
        voice: Voice,
        on_pcm: OnPcm,
        record: AttemptRecord,
        time_limit: float,
        slack: Slack,
    ) -> bool:
        """Synthesise; whether the connection owes nothing more."""
        clock = asyncio.get_running_loop().time
        record.leased, record.waited, record.reused = clock(), lease.waited, lease.reused
        await lease.connection.configure(voice)
        self._on_send(record)
        answer = await lease.connection.speak(segment.spoken)
        record.sent = clock()
        decoder = make_decoder(voice.output_audio_codec, sample_rate=voice.speech_sample_rate)
        receiver = Receiver(
            decoder,
            on_pcm,
            record,
            sample_rate=voice.speech_sample_rate,
            longest=longest(segment.spoken, pace=voice.pace),
        )
        listening = Listening(
            receiver,
            text=segment.spoken,
            voice=voice,
            timeouts=self._timeouts,
            stats=self._stats,
            time_limit=time_limit,
            slack=slack,
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
