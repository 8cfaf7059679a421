"""The fallback TTS as a synthesiser, for a reply that Sarvam cannot finish.

LiveKit's `FallbackAdapter` fails over only before a reply is heard. It would lose the rest of a
reply that has begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, tts

from ..duration import max_duration
from ..errors import ProviderFailed
from .attempt import SynthesisRequest


class FallbackSynthesiser:
    """Attempts with any LiveKit TTS.

    Args:
        sample_rate: Hz of the PCM to make.
        timeout: Seconds for each piece of audio; the caller hears silence meanwhile. The first one
            must also come within the time limit of its request.
    """

    def __init__(self, fallback: tts.TTS[Any], *, sample_rate: int, timeout: float) -> None:
        self._tts = fallback
        self._rate = sample_rate
        self._timeout = timeout
        # One Attempt at a time: in an outage the Segments of a reply would otherwise be as many
        # requests at once to a provider whose limits are unknown. The wait does not count against
        # the time limit.
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, request: SynthesisRequest) -> None:
        """See `Synthesiser`. Any exception of the TTS becomes `ProviderFailed`."""
        request.record.fallback_tts = True
        async with self._one_at_a_time:
            await self._speak(request)

    async def _speak(self, request: SynthesisRequest) -> None:
        clock = asyncio.get_running_loop().time
        record = request.record
        record.sent = clock()
        options = APIConnectOptions(max_retry=0, timeout=self._timeout)
        try:
            async with (
                asyncio.timeout(min(self._timeout, request.time_limit)) as limit,
                aclosing(self._frames(request.segment.spoken, options)) as frames,
            ):
                async for frame in frames:
                    limit.reschedule(clock() + self._timeout)
                    if record.first_byte is None:
                        record.first_byte = clock()
                    record.seconds += frame.duration
                    request.on_pcm(frame.data.tobytes())
        except ProviderFailed:
            raise
        except Exception as error:
            # The exception's message may quote the text.
            message = f"the fallback TTS failed too ({type(error).__name__})"
            raise ProviderFailed(message, provider_message=str(error)) from None
        if not record.seconds:
            raise ProviderFailed("the fallback TTS made no sound")
        record.ended = True

    async def _frames(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        rate = self._tts.sample_rate
        resampler = rtc.AudioResampler(rate, self._rate) if rate != self._rate else None
        seconds, max_seconds = 0.0, max_duration(text, pace=1.0)
        async for frame in self._frames_of_fallback(text, options):
            if not frame.duration:
                continue  # an empty frame is no progress
            seconds += frame.duration
            if seconds > max_seconds:
                raise ProviderFailed(f"more than {max_seconds:.0f} s of audio came for one Segment")
            for piece in resampler.push(frame) if resampler else (frame,):
                yield piece
        for piece in resampler.flush() if resampler else ():
            yield piece

    async def _frames_of_fallback(
        self, text: str, conn_options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        if not self._tts.capabilities.streaming:
            async with self._tts.synthesize(text, conn_options=conn_options) as chunks:
                async for audio in chunks:
                    yield audio.frame
            return
        async with self._tts.stream(conn_options=conn_options) as stream:
            stream.push_text(text)
            stream.end_input()
            async for audio in stream:
                yield audio.frame
