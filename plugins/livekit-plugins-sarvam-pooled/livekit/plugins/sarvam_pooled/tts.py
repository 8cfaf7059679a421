"""LiveKit's face of the plugin: `TTS` and its streams. Glue only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Never

import aiohttp
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, tts, utils
from livekit.agents.voice.io import TimedString

from .audio.mp3 import mp3_available
from .errors import OptionError, SarvamError, to_api_error
from .log import logger
from .options import (
    Options,
    PoolLimits,
    Segmenting,
    Socket,
    Synthesis,
    Timeouts,
    change_voice,
    make_voice,
)
from .synthesis.attempt import SarvamSource
from .synthesis.hedge import FirstAudioModel, HedgeBudget
from .synthesis.marks import AttemptRecord, OnSegment, SegmentRecord, summary
from .synthesis.race import Learnt
from .synthesis.reply import Reply, Sinks
from .synthesis.speech_rate import SpeechRate
from .synthesis.transcript import timed_words
from .text.segment import Segment
from .transport import wire
from .transport.connection import Connection, open_connection, tls_context
from .transport.pool import Pool, PoolStatistics

BASE_URL = "https://api.sarvam.ai/text-to-speech"
WS_URL = "wss://api.sarvam.ai/text-to-speech/ws"


def preload() -> None:
    """Load what blocks the loop for a while, once for a process: certificates and libmpg123.

    Call it where nobody waits, as in LiveKit's `setup_fnc`; without it the first call pays.
    """
    tls_context()
    mp3_available()


class TTS(tts.TTS[Never]):
    """Sarvam text-to-speech over a pool of WebSockets, a drop-in for `livekit.plugins.sarvam.TTS`.

    The first arguments are those of the official plugin, with its names and meanings, and with the
    API's own bounds. Different are the defaults of rate and codec: 24000 Hz (the model's own and
    that of LiveKit's room output, so nothing is resampled) and linear16 (see `Voice`). Retired
    models are replaced.

    Args:
        target_language_code: BCP-47 code, for example "hi-IN".
        model: "bulbul:v3" or "bulbul:v4-flash".
        speaker: Voice; None for the model's default.
        speech_sample_rate: Hz: 8000, 16000, 22050 or 24000.
        num_channels: 1; Sarvam's audio is mono.
        pitch: bulbul:v4-flash only.
        pace: 0.5 to 2.0.
        loudness: bulbul:v4-flash only.
        temperature: 0.01 to 1.0.
        output_audio_bitrate: For lossy codecs.
        min_buffer_size: 30 to 200 characters; of little effect, as each Segment is flushed.
        max_chunk_length: 50 to 500 characters.
        enable_preprocessing: bulbul:v4-flash only.
        dict_id: Pronunciation dictionary.
        enable_cached_responses: Accepted; only retired models had it.
        api_key: Sarvam's key; default is the environment's SARVAM_API_KEY.
        base_url: Accepted; all synthesis goes over the WebSocket.
        ws_url: Address of the WebSocket.
        http_session: Accepted and not needed.
        send_completion_event: Accepted; the plugin always asks for it.
        output_audio_codec: linear16 (default), mp3, mulaw, alaw, wav, opus, flac or aac.
        detect_language: Switch the language of each Segment by its script.
        segmenting: How text is cut.
        synthesis: Parallel Segments, retries, hedging, trimming.
        pool: Spares, cap and ages of connections.
        timeouts: Time limits by phase.
        socket: WebSocket tuning.
        on_segment: Called with the record of each Segment when it is done.

    Raises:
        OptionError: A value that Sarvam would refuse, or no key. It is a ValueError.
    """

    def __init__(
        self,
        *,
        target_language_code: str = "en-IN",
        model: str = "bulbul:v3",
        speaker: str | None = None,
        speech_sample_rate: int = 24000,
        num_channels: int = 1,
        pitch: float = 0.0,
        pace: float = 1.0,
        loudness: float = 1.0,
        temperature: float = 0.6,
        output_audio_bitrate: str = "128k",
        min_buffer_size: int = 50,
        max_chunk_length: int = 150,
        enable_preprocessing: bool = False,
        dict_id: str | None = None,
        enable_cached_responses: bool | None = None,
        api_key: str | None = None,
        base_url: str = BASE_URL,
        ws_url: str = WS_URL,
        http_session: aiohttp.ClientSession | None = None,
        send_completion_event: bool = True,
        output_audio_codec: str = "linear16",
        detect_language: bool = False,
        segmenting: Segmenting | None = None,
        synthesis: Synthesis | None = None,
        pool: PoolLimits | None = None,
        timeouts: Timeouts | None = None,
        socket: Socket | None = None,
        on_segment: OnSegment | None = None,
    ) -> None:
        if num_channels != 1:
            raise OptionError("num_channels must be 1: Sarvam's audio is mono")
        voice = make_voice(
            target_language_code=str(target_language_code),
            model=model,
            speaker=speaker,
            speech_sample_rate=speech_sample_rate,
            pitch=pitch,
            pace=pace,
            loudness=loudness,
            temperature=temperature,
            output_audio_bitrate=output_audio_bitrate,
            min_buffer_size=min_buffer_size,
            max_chunk_length=max_chunk_length,
            enable_preprocessing=enable_preprocessing,
            dict_id=dict_id,
            output_audio_codec=output_audio_codec,
        )
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True, aligned_transcript=True),
            sample_rate=voice.speech_sample_rate,
            num_channels=1,
        )
        self._api_key = api_key or os.environ.get("SARVAM_API_KEY") or ""
        if not self._api_key:
            raise OptionError("no Sarvam API key: pass api_key or set SARVAM_API_KEY")
        self._ws_url = ws_url
        self._options = Options(
            voice=voice,
            detect_language=detect_language,
            segmenting=segmenting or Segmenting(),
            synthesis=synthesis or Synthesis(),
            timeouts=timeouts or Timeouts(),
        )
        self._limits = pool or PoolLimits()
        self._socket = socket or Socket()
        self._on_segment = on_segment
        self._learnt = Learnt(
            FirstAudioModel(quantile=self._options.synthesis.hedge_quantile),
            HedgeBudget(share=self._options.synthesis.hedge_budget),
        )
        self._speech_rate = SpeechRate(pace=voice.pace)
        self._pool = Pool(self._connect, voice=voice, limits=self._limits)
        self._streams: set[SynthesizeStream] = set()

    @property
    def model(self) -> str:
        return self._options.voice.model

    @property
    def provider(self) -> str:
        return "Sarvam"

    def statistics(self) -> PoolStatistics:
        """Connections now, and totals so far."""
        return self._pool.statistics()

    def update_options(
        self,
        *,
        model: str | None = None,
        target_language_code: str | None = None,
        speaker: str | None = None,
        pitch: float | None = None,
        pace: float | None = None,
        loudness: float | None = None,
        temperature: float | None = None,
        output_audio_bitrate: str | None = None,
        min_buffer_size: int | None = None,
        max_chunk_length: int | None = None,
        enable_preprocessing: bool | None = None,
        dict_id: str | None = None,
        enable_cached_responses: bool | None = None,
        send_completion_event: bool | None = None,
        output_audio_codec: str | None = None,
    ) -> None:
        """Change the voice for streams made from now on; those under way keep theirs.

        Raises:
            OptionError: A value that Sarvam would refuse; nothing is changed then.
        """
        voice = change_voice(
            self._options.voice,
            model=model,
            target_language_code=target_language_code,
            speaker=speaker,
            pitch=pitch,
            pace=pace,
            loudness=loudness,
            temperature=temperature,
            output_audio_bitrate=output_audio_bitrate,
            min_buffer_size=min_buffer_size,
            max_chunk_length=max_chunk_length,
            enable_preprocessing=enable_preprocessing,
            dict_id=dict_id,
            output_audio_codec=output_audio_codec,
        )
        if voice.pace != self._options.voice.pace:
            self._speech_rate = SpeechRate(pace=voice.pace)
        self._options = replace(self._options, voice=voice)
        self._pool.set_voice(voice)

    def prewarm(self) -> None:
        """Begin to open and configure the spare connections; returns at once."""
        self._pool.prewarm()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak one text; it goes the same way as a stream."""
        return self._synthesize_with_stream(text, conn_options=conn_options)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> SynthesizeStream:
        """A stream for one reply."""
        stream = SynthesizeStream(tts=self, conn_options=conn_options)
        self._streams.add(stream)
        return stream

    async def aclose(self) -> None:
        """End all streams and close all connections."""
        for stream in list(self._streams):
            await stream.aclose()
        await self._pool.aclose()

    def __repr__(self) -> str:
        voice = self._options.voice
        return (
            f"<sarvam_pooled.TTS {voice.model} {voice.speaker} {voice.target_language_code}"
            f" {self._pool!r}>"
        )

    async def _connect(self, on_lost: Any) -> Connection:
        timeouts = self._options.timeouts
        return await open_connection(
            wire.url(self._ws_url, model=self._options.voice.model),
            api_key=self._api_key,
            timeout=timeouts.connect,
            close_timeout=timeouts.close,
            tuning=self._socket,
            ping_interval=self._limits.ping_interval,
            on_lost=on_lost,
        )


class SynthesizeStream(tts.SynthesizeStream):
    """One reply. Options are those of the moment it was made."""

    def __init__(self, *, tts: TTS, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=tts, conn_options=conn_options)
        self._sarvam = tts
        self._options = tts._options
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
            SarvamSource(
                self._sarvam._pool,
                voice=voice,
                timeouts=self._options.timeouts,
                speech_rate=self._sarvam._speech_rate,
                on_send=self._sending,
            ),
            options=self._options,
            learnt=self._sarvam._learnt,
            sinks=Sinks(
                on_pcm=output_emitter.push,
                on_segment_starts=lambda segment, at: self._transcribe(output_emitter, segment, at),
                on_segment_done=self._sarvam._on_segment or _ignore,
            ),
            time_limit=self._conn_options.timeout,
        )
        try:
            await reply.run(self._text(output_emitter, request_id))
        except SarvamError as error:
            raise to_api_error(error) from None
        if not output_emitter.num_segments:
            return
        if not any(record.seconds for record in reply.records):
            # Nothing that could be said: LiveKit takes a reply without audio for a failure.
            output_emitter.push(bytes(voice.speech_sample_rate // 50 * 2))
        output_emitter.end_segment()
        logger.debug("reply synthesised", extra=summary(reply.records, began=self._text_began))

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
        """A text is about to be sent: LiveKit's clock for the first byte starts with the first."""
        if not self._started_time:
            self._acquire_time = record.waited
            self._connection_reused = record.reused
        self._mark_started()

    def _transcribe(self, output_emitter: tts.AudioEmitter, segment: Segment, at: float) -> None:
        rate = self._sarvam._speech_rate.expected(1000) / 1000
        for word, start, end in timed_words(segment.text, start=at, seconds_per_character=rate):
            output_emitter.push_timed_transcript(TimedString(word, start_time=start, end_time=end))


def _ignore(_: SegmentRecord) -> None:
    pass
