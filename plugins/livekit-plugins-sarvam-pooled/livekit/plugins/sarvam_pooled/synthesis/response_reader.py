"""Reads one response to its end, within time limits: the asyncio shell around `stall_timeout.py`.

The first time limit counts from the sending of the text, each further one from the last PCM; other
messages move no limit. PCM moves the limits only up to a final one: a server that sends single
samples cannot keep the caller waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..audio.decoder import DECODED_AT_END
from ..duration import usual_duration
from ..errors import EmptyAudio, FirstAudioTimeout, Stalled, TooSlow
from ..log import logger
from ..options import Timeouts
from ..transport import wire
from ..transport.response_stream import ResponseStream
from ..voice import Voice
from .adaptive_stats import AdaptiveStats
from .completeness import is_empty, looks_complete
from .receiver import Receiver, next_event
from .stall_timeout import ACCEPT_MARGIN, GIVE_UP_FACTOR, Progress, longest_wait


class ResponseReader:
    """Reads one response.

    Args:
        text: The text that was sent.
        time_limit: Seconds for the first audio.
        slack: See `attempt.Slack`.
    """

    def __init__(
        self,
        receiver: Receiver,
        *,
        text: str,
        voice: Voice,
        timeouts: Timeouts,
        stats: AdaptiveStats,
        time_limit: float,
        slack: Callable[[], float],
    ) -> None:
        self._receiver = receiver
        self._text = text
        self._characters = len(text)
        self._pace = voice.pace
        self._timeouts = timeouts
        self._stats = stats
        self._time_limit = time_limit
        self._slack = slack
        # Seconds that a server may take to send all of a codec that is decoded at its end.
        self._sending_takes = (
            usual_duration(text, pace=voice.pace)
            if voice.output_audio_codec in DECODED_AT_END
            else 0.0
        )

    async def run(self, response: ResponseStream, *, sent: float) -> bool:
        """Receive `response`; return whether the connection can be used again.

        Args:
            sent: Loop time at which the text was sent.

        Raises:
            FirstAudioTimeout: No PCM came in time.
            Stalled: PCM stopped before the Segment was complete, or came too slowly.
            EmptyAudio: The response ended with hardly any audio.
            SarvamError: The connection failed, or the data is not audio of the text.
        """
        clock = asyncio.get_running_loop().time
        deadline = sent + self._wait()
        last = sent + self._timeouts.first_audio + self._receiver.max_seconds
        # Time at which the deadline passed, while messages that do not move it keep coming.
        overdue: float | None = None
        progress = Progress(between_chunks=self._timeouts.between_chunks)
        while True:
            try:
                event = await next_event(response, min(deadline, last), overdue=overdue)
            except TimeoutError:
                if not self._looks_complete():
                    raise self._timeout() from None
                logger.debug("no final came; the audio looks complete and is accepted")
                await self._receiver.finish()
                # A late `final` would count for the next text.
                return False
            if isinstance(event, wire.Audio):
                if await self._receiver.audio(event):
                    seconds, now = self._receiver.seconds, clock()
                    if not progress.observe(seconds, now=now, slack=self._slack()):
                        raise TooSlow(f"audio almost stopped after {seconds:.1f} s")
                    deadline = now + self._wait()
                if (now := clock()) <= min(deadline, last):
                    overdue = None
                elif overdue is None:
                    overdue = now
                continue
            await self._receiver.finish()
            seconds = self._receiver.seconds
            if is_empty(self._text, seconds * self._receiver.has_sound, pace=self._pace):
                raise EmptyAudio(f"the response ended after {seconds:.2f} s without the words")
            self._stats.speech_rate.observe(characters=self._characters, seconds=seconds)
            self._stats.gaps.observe(self._receiver.longest_gap)
            return True

    def _wait(self) -> float:
        """Seconds to wait for more PCM."""
        receiver, slack = self._receiver, self._slack()
        if not receiver.seconds:
            return self._first_audio_in(slack)
        suspicious = self._stats.gaps.suspicious_after(
            receiver.longest_gap,
            slowness=receiver.time_to_first_pcm / self._stats.model.expected(self._characters),
        )
        latency, limit = receiver.time_to_last_pcm, self._timeouts.between_chunks
        if self._looks_complete():
            latency, limit = ACCEPT_MARGIN, self._timeouts.final
        return longest_wait(suspicious=suspicious, slack=slack, retry_latency=latency, limit=limit)

    def _first_audio_in(self, slack: float) -> float:
        model = self._stats.model
        wait = longest_wait(
            suspicious=GIVE_UP_FACTOR * model.late_after(self._characters),
            slack=slack,
            retry_latency=model.expected(self._characters),
            limit=min(self._timeouts.first_audio, self._time_limit),
        )
        return min(wait + self._sending_takes, self._time_limit)

    def _looks_complete(self) -> bool:
        """Whether the audio so far is long enough and ends in silence."""
        return self._receiver.ends_in_silence and looks_complete(
            self._stats.speech_rate, characters=self._characters, seconds=self._receiver.seconds
        )

    def _timeout(self) -> FirstAudioTimeout | Stalled:
        if self._receiver.seconds:
            return Stalled(f"audio stopped after {self._receiver.seconds:.1f} s")
        return FirstAudioTimeout("the text was sent, but no audio came in time")
