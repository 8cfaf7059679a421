"""LiveKit's façade of one reply: it takes tokens, returns frames, and raises only `APIError`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from livekit.agents import APIConnectOptions, APIError, tts, utils
from livekit.agents.voice.io import TimedString

from .engine import Engine
from .errors import SarvamError, to_api_error
from .log import logger
from .synthesis.records import AttemptRecord, SegmentRecord, summary
from .synthesis.reply import Sinks
from .synthesis.transcript import TimedWord


class SynthesizeStream(tts.SynthesizeStream):
    """One reply. Later changes of the options do not affect it."""

    def __init__(
        self, engine: Engine, *, tts: tts.TTS[Any], conn_options: APIConnectOptions
    ) -> None:
        super().__init__(tts=tts, conn_options=conn_options)
        self._engine = engine
        self._config = engine.reply_config
        # Loop time at which the first token arrived.
        self._text_began = 0.0

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        request_id = utils.shortuuid("sarvam_")
        sample_rate = self._config.options.voice.speech_sample_rate
        output_emitter.initialize(
            request_id=request_id,
            sample_rate=sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            stream=True,
        )
        reply = self._engine.reply(
            self._config,
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
            self._engine.record_failure(error)
            await _deliver(output_emitter)
            raise to_api_error(error) from None
        except Exception as error:
            # LiveKit reports and survives only its own errors.
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
            # The whole reply is spoken. Without the error LiveKit's adapter would not mark Sarvam
            # as down, and each reply, and the adapter's probe, would start with Sarvam.
            self._engine.record_failure(reply.failed_over_because)
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
        """Start LiveKit's clock for the first byte, when the first text is about to be sent or its
        phrase was found."""
        if not self._started_time:
            self._acquire_time = record.waited
            self._connection_reused = record.reused
        self._mark_started()

    def _observe(self, output_emitter: tts.AudioEmitter, record: SegmentRecord) -> None:
        """Pass the ids of a finished Segment to LiveKit's traces, and its record to the engine."""
        for attempt in record.attempts:
            output_emitter._note_provider_request_id(attempt.request_id)
        self._engine.record_segment(record)


def _timed(words: list[TimedWord]) -> list[TimedString]:
    return [TimedString(word.text, start_time=word.start, end_time=word.end) for word in words]


async def _deliver(output_emitter: tts.AudioEmitter) -> None:
    """Wait until LiveKit has taken the audio: on an error it drops the audio that it has not taken.

    Its task takes all pending audio within two steps of the loop (`test_livekit_protocol.py`)."""
    if output_emitter.num_segments:
        output_emitter.flush()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
