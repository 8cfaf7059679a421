"""LiveKit's façade of one reply: tokens in, frames out, and no error but `APIError`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from livekit.agents import APIConnectOptions, APIError, tts, utils
from livekit.agents.voice.io import TimedString

from .engine import Engine
from .errors import SarvamError, to_api_error
from .log import logger
from .synthesis.marks import AttemptRecord, SegmentRecord, summary
from .synthesis.reply import Sinks
from .synthesis.transcript import TimedWord


class SynthesizeStream(tts.SynthesizeStream):
    """One reply, with the options at the time when the stream was made."""

    def __init__(
        self, engine: Engine, *, tts: tts.TTS[Any], conn_options: APIConnectOptions
    ) -> None:
        super().__init__(tts=tts, conn_options=conn_options)
        self._engine = engine
        self._setup = engine.setup
        # When the first token arrived; loop time.
        self._text_began = 0.0

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        request_id = utils.shortuuid("sarvam_")
        sample_rate = self._setup.options.voice.speech_sample_rate
        output_emitter.initialize(
            request_id=request_id,
            sample_rate=sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
        )
        reply = self._engine.reply(
            self._setup,
            Sinks(
                on_pcm=output_emitter.push,
                on_words=lambda words: output_emitter.push_timed_transcript(_timed(words)),
                on_segment_done=lambda record: self._observe(output_emitter, record),
            ),
            time_limit=self._conn_options.timeout,
            on_send=self._sending,
        )
        try:
            await reply.run(self._text(output_emitter, request_id))
        except SarvamError as error:
            self._engine.note_failure(error)
            await _deliver(output_emitter)
            raise to_api_error(error) from None
        except Exception as error:
            # LiveKit neither reports nor survives anything but its own errors.
            logger.exception("the reply failed because of a bug in the plugin")
            await _deliver(output_emitter)
            raise APIError(f"Sarvam TTS: {type(error).__name__}", retryable=False) from None
        if not output_emitter.num_segments:
            return
        if not any(record.seconds for record in reply.records):
            # The text had nothing to say: LiveKit takes a reply without audio for a failure.
            output_emitter.push(bytes(sample_rate // 50 * 2))
        output_emitter.end_segment()
        logger.debug("reply synthesised", extra=summary(reply.records, began=self._text_began))
        if reply.failed_over_because is not None:
            # The whole reply is spoken. LiveKit's adapter must learn that Sarvam is down, or each
            # reply, and its probe whether Sarvam is back, would start with Sarvam.
            self._engine.note_failure(reply.failed_over_because)
            await _deliver(output_emitter)
            raise to_api_error(reply.failed_over_because)

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
        """A text is about to be sent, or its phrase was found: the first one starts LiveKit's clock
        for the first byte."""
        if not self._started_time:
            self._acquire_time = record.waited
            self._connection_reused = record.reused
        self._mark_started()

    def _observe(self, output_emitter: tts.AudioEmitter, record: SegmentRecord) -> None:
        """A Segment is done: pass its ids to LiveKit's traces, and its record to the user."""
        for attempt in record.attempts:
            output_emitter._note_provider_request_id(attempt.request_id)
        self._engine.note_segment(record)


def _timed(words: list[TimedWord]) -> list[TimedString]:
    return [TimedString(word.text, start_time=word.start, end_time=word.end) for word in words]


async def _deliver(output_emitter: tts.AudioEmitter) -> None:
    """Let LiveKit take the audio it was given: on an error it drops what it has not taken."""
    if output_emitter.num_segments:
        output_emitter.flush()
        # The emitter's task takes all pending audio in one step.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
