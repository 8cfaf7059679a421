"""The fallback TTS as a Source, for a reply that Sarvam cannot finish.

LiveKit's `FallbackAdapter` fails over only before a reply is heard: the rest of one that has begun
would be lost.
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


class FallbackSource:
    """Attempts with any LiveKit TTS.

    Args:
        sample_rate: Hz of the PCM to make.
        timeout: Seconds that each piece of audio may take: the caller hears silence meanwhile.
    """

    def __init__(self, voice: tts.TTS[Any], *, sample_rate: int, timeout: float) -> None:
        self._voice = voice
        self._rate = sample_rate
        self._timeout = timeout
        # One Attempt at a time, as in LiveKit's adapter: in an outage all calls need it at once.
        self._turn = asyncio.Lock()

    async def __call__(self, request: SynthesisRequest) -> None:
        """See `Source`. Whatever the voice raises is the provider's fault."""
        request.record.fallback_tts = True
        async with self._turn:
            await self._speak(request)

    async def _speak(self, request: SynthesisRequest) -> None:
        clock = asyncio.get_running_loop().time
        record, timeout = request.record, min(self._timeout, request.time_limit)
        record.sent = clock()
        options = APIConnectOptions(max_retry=0, timeout=timeout)
        try:
            async with (
                asyncio.timeout(timeout) as limit,
                aclosing(self._frames(request.segment.spoken, options)) as frames,
            ):
                async for frame in frames:
                    limit.reschedule(clock() + timeout)
                    if record.first_byte is None:
                        record.first_byte = clock()
                    record.seconds += frame.duration
                    request.on_pcm(frame.data.tobytes())
        except ProviderFailed:
            raise
        except Exception as error:
            # Its message may quote the text.
            message = f"the fallback TTS failed too ({type(error).__name__})"
            raise ProviderFailed(message, said=str(error)) from None
        if not record.seconds:
            raise ProviderFailed("the fallback TTS made no sound")
        record.ended = True

    async def _frames(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        rate = self._voice.sample_rate
        resampler = rtc.AudioResampler(rate, self._rate) if rate != self._rate else None
        seconds, most = 0.0, max_duration(text, pace=1.0)
        async for frame in self._spoken(text, options):
            if not frame.duration:
                continue  # an empty frame is no progress
            seconds += frame.duration
            if seconds > most:
                raise ProviderFailed(f"more than {most:.0f} s of audio came for one Segment")
            for piece in resampler.push(frame) if resampler else (frame,):
                yield piece
        for piece in resampler.flush() if resampler else ():
            yield piece

    async def _spoken(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        if not self._voice.capabilities.streaming:
            async with self._voice.synthesize(text, conn_options=options) as chunks:
                async for audio in chunks:
                    yield audio.frame
            return
        async with self._voice.stream(conn_options=options) as stream:
            stream.push_text(text)
            stream.end_input()
            async for audio in stream:
                yield audio.frame
