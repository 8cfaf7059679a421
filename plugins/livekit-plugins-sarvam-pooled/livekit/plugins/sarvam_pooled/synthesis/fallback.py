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
        timeout: Seconds for each piece of audio; the caller hears silence meanwhile.
    """

    def __init__(self, fallback: tts.TTS[Any], *, sample_rate: int, timeout: float) -> None:
        self._tts = fallback
        self._rate = sample_rate
        self._timeout = timeout
        # One Attempt at a time, like LiveKit's adapter: in an outage all calls need this TTS at
        # once. Waiting here does not count against the time limit.
        self._turn = asyncio.Lock()

    async def __call__(self, request: SynthesisRequest) -> None:
        """See `Synthesiser`. Any exception of the TTS becomes `ProviderFailed`."""
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
        async for frame in self._spoken(text, options):
            if not frame.duration:
                continue  # an empty frame is no progress
            seconds += frame.duration
            if seconds > max_seconds:
                raise ProviderFailed(f"more than {max_seconds:.0f} s of audio came for one Segment")
            for piece in resampler.push(frame) if resampler else (frame,):
                yield piece
        for piece in resampler.flush() if resampler else ():
            yield piece

    async def _spoken(
        self, text: str, options: APIConnectOptions
    ) -> AsyncGenerator[rtc.AudioFrame, None]:
        if not self._tts.capabilities.streaming:
            async with self._tts.synthesize(text, conn_options=options) as chunks:
                async for audio in chunks:
                    yield audio.frame
            return
        async with self._tts.stream(conn_options=options) as stream:
            stream.push_text(text)
            stream.end_input()
            async for audio in stream:
                yield audio.frame
