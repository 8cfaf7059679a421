"""Another provider's voice as a Source, for a reply that Sarvam cannot finish.

LiveKit's adapter gives only whole replies to the next voice: of one that has begun to be heard, the
rest would be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, APIError, tts

from .errors import ProviderFailed
from .synthesis.attempt import OnPcm, Slack, nobody_waits
from .synthesis.marks import AttemptRecord
from .text.segment import Segment


class SecondVoice:
    """Attempts with a voice of LiveKit's.

    Args:
        sample_rate: Hz that PCM is wanted in.
    """

    def __init__(self, voice: tts.TTS[Any], *, sample_rate: int) -> None:
        self._voice = voice
        self._rate = sample_rate

    async def __call__(
        self,
        segment: Segment,
        on_pcm: OnPcm,
        record: AttemptRecord,
        *,
        time_limit: float,
        slack: Slack = nobody_waits,
    ) -> None:
        """See `Source`. Its own limits end an Attempt that stalls."""
        clock = asyncio.get_running_loop().time
        record.second_voice = True
        record.sent = clock()
        options = APIConnectOptions(max_retry=0, timeout=time_limit)
        try:
            async with aclosing(self._frames(segment.spoken, options)) as frames:
                async for frame in frames:
                    if record.first_byte is None:
                        record.first_byte = clock()
                    record.seconds += frame.duration
                    on_pcm(frame.data.tobytes())
        except APIError as error:
            # Its message may quote the text.
            message = f"the second voice failed too ({type(error).__name__})"
            raise ProviderFailed(message, said=str(error)) from None
        record.ended = True

    async def _frames(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        rate = self._voice.sample_rate
        resampler = rtc.AudioResampler(rate, self._rate) if rate != self._rate else None
        async for frame in self._spoken(text, options):
            for piece in resampler.push(frame) if resampler else (frame,):
                yield piece
        for piece in resampler.flush() if resampler else ():
            yield piece

    async def _spoken(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        if not self._voice.capabilities.streaming:
            async with self._voice.synthesize(text, conn_options=options) as whole:
                async for audio in whole:
                    yield audio.frame
            return
        async with self._voice.stream(conn_options=options) as stream:
            stream.push_text(text)
            stream.end_input()
            async for audio in stream:
                yield audio.frame
