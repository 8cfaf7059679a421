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
from ..errors import FirstAudioTimeout, Stalled
from ..log import logger
from ..models import LANGUAGES, V4_LANGUAGES, is_v4
from ..options import Timeouts
from ..text.script import reads
from ..text.segment import Segment
from ..transport import wire
from ..transport.connection import Answer
from ..transport.lease import Lease
from ..transport.pool import Pool
from ..voice import Voice
from .learnt import Learnt
from .marks import AttemptRecord
from .patience import complete_in, first_audio_in, stalled_in
from .receiver import Receiver, next_event

OnPcm = Callable[[bytes], None]
Slack = Callable[[], float]
"""Seconds until the caller would hear silence if no more came of this Segment."""


def nobody_waits() -> float:
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
        slack: Slack = nobody_waits,
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
        learnt: Learnt,
        on_send: Callable[[AttemptRecord], None],
    ) -> None:
        self._on_send = on_send
        self._pool = pool
        self._voice = voice
        self._timeouts = timeouts
        self._learnt = learnt

    async def __call__(
        self,
        segment: Segment,
        on_pcm: OnPcm,
        record: AttemptRecord,
        *,
        time_limit: float,
        slack: Slack = nobody_waits,
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
        receiver = Receiver(decoder, on_pcm, record, sample_rate=voice.speech_sample_rate)
        try:
            return await self._receive(answer, receiver, segment, time_limit, slack)
        finally:
            decoder.close()

    async def _receive(
        self,
        answer: Answer,
        receiver: Receiver,
        segment: Segment,
        time_limit: float,
        slack: Slack,
    ) -> bool:
        characters = len(segment.spoken)
        while True:
            patience = self._patience(receiver, characters, time_limit, slack())
            try:
                event = await next_event(answer, patience)
            except TimeoutError:
                if not self._looks_complete(receiver, characters):
                    raise _timeout(receiver) from None
                logger.debug("no final came; the audio looks complete and is taken as such")
                await receiver.finish()
                # A late `final` would be taken for the next text's.
                return False
            if isinstance(event, wire.Audio):
                await receiver.audio(event)
                continue
            await receiver.finish()
            self._learnt.speech_rate.observe(characters=characters, seconds=receiver.seconds)
            self._learnt.gaps.observe(receiver.longest_gap)
            return True

    def _patience(
        self, receiver: Receiver, characters: int, time_limit: float, slack: float
    ) -> float:
        """Seconds to wait for the next message."""
        model = self._learnt.model
        expected = model.expected(characters)
        if not receiver.seconds:
            return first_audio_in(
                late_after=model.late_after(characters),
                slack=slack,
                again=expected,
                limit=min(self._timeouts.first_audio, time_limit),
            )
        suspicious = self._learnt.gaps.suspicious_after(
            receiver.longest_gap, slowness=receiver.first_took / expected
        )
        if self._looks_complete(receiver, characters):
            return complete_in(suspicious=suspicious, slack=slack, limit=self._timeouts.final)
        return stalled_in(
            suspicious=suspicious,
            slack=slack,
            again=receiver.took,
            limit=self._timeouts.between_chunks,
        )

    def _looks_complete(self, receiver: Receiver, characters: int) -> bool:
        """Whether the audio so far may be all: as long as the text takes, and died away."""
        return receiver.died_away and self._learnt.speech_rate.looks_complete(
            characters=characters, seconds=receiver.seconds
        )


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


def _timeout(receiver: Receiver) -> FirstAudioTimeout | Stalled:
    if receiver.seconds:
        return Stalled(f"no more audio after {receiver.seconds:.1f} s of it")
    return FirstAudioTimeout("the text was sent, but no audio came in time")
