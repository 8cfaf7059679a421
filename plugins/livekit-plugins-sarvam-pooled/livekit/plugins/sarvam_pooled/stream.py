"""LiveKit's face of one reply: tokens in, frames out, and nothing but `APIError` outwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from livekit.agents import APIConnectOptions, APIError, tts, utils
from livekit.agents.voice.io import TimedString

from .errors import RemoteError, SarvamError, to_api_error
from .log import logger
from .synthesis.attempt import Source
from .synthesis.cached import CachedSource
from .synthesis.fallback import FallbackSource
from .synthesis.marks import AttemptRecord, SegmentRecord, summary
from .synthesis.reply import Reply, Sinks
from .synthesis.transcript import TimedWord

if TYPE_CHECKING:
    from .tts import TTS


class SynthesizeStream(tts.SynthesizeStream):
    """One reply. Options are those of the moment it was made."""

    def __init__(self, *, tts: TTS, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=tts, conn_options=conn_options)
        self._sarvam = tts
        self._options = tts._options
        self._stats = tts._stats
        self._phrases = tts._phrases
        # When the first token came.
        self._text_began = 0.0

    async def aclose(self) -> None:
        self._sarvam._streams.discard(self)
        await super().aclose()

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        request_id = utils.shortuuid("sarvam_")
        voice = self._options.voice
        output_emitter.initialize(
            request_id=request_id,
            sample_rate=voice.speech_sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
        )
        reply = Reply(
            self._source(),
            options=self._options,
            stats=self._stats,
            sinks=Sinks(
                on_pcm=output_emitter.push,
                on_words=lambda words: output_emitter.push_timed_transcript(_timed(words)),
                on_segment_done=lambda record: self._observe(output_emitter, record),
            ),
            time_limit=self._conn_options.timeout,
            second=self._second_source(),
        )
        try:
            await reply.run(self._text(output_emitter, request_id))
        except SarvamError as error:
            self._note_failure(error)
            await _hand_on(output_emitter)
            raise to_api_error(error) from None
        except Exception as error:
            # A mistake of ours: LiveKit neither reports nor survives anything but its own errors.
            logger.exception("the reply failed by a mistake in the plugin")
            await _hand_on(output_emitter)
            raise APIError(f"Sarvam TTS: {type(error).__name__}", retryable=False) from None
        if not output_emitter.num_segments:
            return
        if not any(record.seconds for record in reply.records):
            # Nothing that could be said: LiveKit takes a reply without audio for a failure.
            output_emitter.push(bytes(voice.speech_sample_rate // 50 * 2))
        output_emitter.end_segment()
        logger.debug("reply synthesised", extra=summary(reply.records, began=self._text_began))
        if reply.failed_over_because is not None:
            # All of it is heard. LiveKit's adapter must hear that Sarvam is down, or each reply,
            # and its probe whether Sarvam is back, would begin there.
            self._note_failure(reply.failed_over_because)
            await _hand_on(output_emitter)
            raise to_api_error(reply.failed_over_because)

    def _source(self) -> Source:
        tts = self._sarvam
        source = tts._source(self._options, self._stats, on_send=self._sending)
        if self._phrases is None:
            return source
        return CachedSource(
            source,
            self._phrases,
            voice=self._options.voice,
            provider=tts.phrase_provider,
            loudness=tts._loudness,
            is_down=lambda: tts._pool.is_down or tts._has_failed,
            on_hit=self._sending,
        )

    def _second_source(self) -> Source | None:
        second = self._sarvam._fallback_tts
        if second is None:
            return None
        rate = self._options.voice.speech_sample_rate
        return FallbackSource(second, sample_rate=rate, timeout=self._conn_options.timeout)

    async def _text(
        self, output_emitter: tts.AudioEmitter, request_id: str
    ) -> AsyncIterator[str | None]:
        """The LLM's tokens; None where LiveKit flushes."""
        async for item in self._input_ch:
            if not isinstance(item, str):
                yield None
                continue
            if not output_emitter.num_segments:
                self._text_began = asyncio.get_running_loop().time()
                output_emitter.start_segment(segment_id=request_id)
            yield item

    def _sending(self, record: AttemptRecord) -> None:
        """A text is about to be sent, or known as audio: LiveKit's clock for the first byte starts
        with the first."""
        if not self._started_time:
            self._acquire_time = record.waited
            self._connection_reused = record.reused
        self._mark_started()

    def _note_failure(self, error: SarvamError) -> None:
        """Sarvam could not speak this reply. Until it has spoken again no reply begins with a
        phrase: neither an adapter's probe nor the next reply would learn that it is still down."""
        self._sarvam._has_failed |= isinstance(error, RemoteError)

    def _observe(self, output_emitter: tts.AudioEmitter, record: SegmentRecord) -> None:
        """A Segment is done: its ids for LiveKit's traces, its record for the user."""
        for attempt in record.attempts:
            output_emitter._note_provider_request_id(attempt.request_id)
            if attempt.ended and not (attempt.cached or attempt.fallback_tts):
                self._sarvam._has_failed = False
        if self._sarvam._on_segment is None:
            return
        try:
            self._sarvam._on_segment(record)
        except Exception:
            logger.exception("on_segment raised; the reply goes on")


def _timed(words: list[TimedWord]) -> list[TimedString]:
    return [TimedString(word.text, start_time=word.start, end_time=word.end) for word in words]


async def _hand_on(output_emitter: tts.AudioEmitter) -> None:
    """Let LiveKit take what it was given before it hears of an error and drops the rest."""
    if output_emitter.num_segments:
        output_emitter.flush()
        # The emitter's task takes all that waits in one go.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
