"""LiveKit's façade of the plugin: `TTS`, its arguments and its life. `engine.py` does the work."""

from __future__ import annotations

import os
import weakref
from typing import Any, Never, Unpack

import aiohttp
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
    tts,
)
from livekit.agents.utils import is_given

from .audio.mp3 import mp3_available
from .engine import Engine
from .errors import OptionError
from .log import logger
from .models import BASE_URL, WS_URL
from .options import (
    Options,
    PoolLimits,
    Segmenting,
    Socket,
    Synthesis,
    Timeouts,
    checked_key,
)
from .phrases.cache import PhraseCache
from .phrases.default import default_phrases
from .stream import SynthesizeStream
from .synthesis.records import OnSegment
from .transport.handshake import tls_context
from .transport.lease import PoolStatistics
from .voice import VoiceArguments, change_voice, make_voice, with_voice_arguments_in_signature


def preload() -> None:
    """Load certificates and libmpg123, once per process, because that would block the event loop.

    Call it before the first phone call, for example in LiveKit's `setup_fnc`.
    """
    tls_context()
    mp3_available()


class TTS(tts.TTS[Never]):
    """Sarvam text-to-speech over a pool of WebSockets, a drop-in for `livekit.plugins.sarvam.TTS`.

    It takes the arguments of the official plugin, with their names and meanings and the API's own
    bounds. Two defaults differ: 24000 Hz, the rate of the model and of LiveKit's room output, which
    avoids resampling; and linear16 (see `Voice`). Retired models are replaced.

    Args:
        target_language_code: BCP-47 code, for example "hi-IN".
        model: "bulbul:v3" or "bulbul:v4-flash".
        speaker: Voice; None for the model's default.
        speech_sample_rate: Hz: 8000, 16000, 22050 or 24000.
        num_channels: 1; Sarvam's audio is mono.
        pitch: -0.5 to 0.5, bulbul:v4-flash only.
        pace: 0.5 to 2.0.
        loudness: 0.1 to 2.5, bulbul:v4-flash only.
        temperature: 0.01 to 1.0.
        output_audio_bitrate: 32k to 192k, for lossy codecs.
        min_buffer_size: 30 to 200 characters; hardly matters, because each Segment is flushed.
        max_chunk_length: 50 to 500 characters.
        enable_preprocessing: bulbul:v4-flash only.
        dict_id: Pronunciation dictionary.
        enable_cached_responses: Accepted and not used: only retired models had it.
        api_key: Sarvam's key; default is the environment's SARVAM_API_KEY.
        base_url: Accepted and not used: `synthesize` uses the WebSocket too. The official plugin
            sends only `synthesize` there; LiveKit's sessions call `stream`.
        ws_url: Address of the WebSocket.
        http_session: Accepted and not used.
        send_completion_event: Accepted and not used: the plugin always requests the event.
        output_audio_codec: linear16 (default), mp3, mulaw, alaw, wav, opus, flac or aac.
        detect_language: Switch the language of each Segment by its script.
        segmenting: Rules for cutting text into Segments.
        synthesis: Parallel Segments, retries, hedging, trimming.
        pool: Number and age of connections.
        timeouts: Time limits by phase.
        socket: WebSocket tuning.
        on_segment: Called with the record of each finished Segment.
        phrases: Cache of phrases that exist as audio; the application closes it. None disables
            caching. By default the object makes a cache of its own: in memory, and in the folder
            that PHRASE_STORE_DIR names in the environment; see `phrases/default.py`.
        fallback_tts: Any LiveKit TTS, which finishes replies that Sarvam cannot; the application
            closes it. Such a reply raises Sarvam's error after its audio: LiveKit's
            `FallbackAdapter`, which speaks complete replies, then marks Sarvam as unavailable.

    Raises:
        OptionError: Sarvam would refuse a value, there is no key, or PHRASE_SIGNING_KEY is too
            short. It is a ValueError.
    """

    @with_voice_arguments_in_signature
    def __init__(
        self,
        *,
        num_channels: int = 1,
        enable_cached_responses: bool | None = None,
        api_key: str | None = None,
        base_url: str = BASE_URL,
        ws_url: str = WS_URL,
        http_session: aiohttp.ClientSession | None = None,
        send_completion_event: bool = True,
        detect_language: bool = False,
        segmenting: Segmenting | None = None,
        synthesis: Synthesis | None = None,
        pool: PoolLimits | None = None,
        timeouts: Timeouts | None = None,
        socket: Socket | None = None,
        on_segment: OnSegment | None = None,
        phrases: NotGivenOr[PhraseCache | None] = NOT_GIVEN,
        fallback_tts: tts.TTS[Any] | None = None,
        **arguments: Unpack[VoiceArguments],
    ) -> None:
        if num_channels != 1:
            raise OptionError("num_channels must be 1: Sarvam's audio is mono")
        if fallback_tts is not None and fallback_tts.num_channels != 1:
            raise OptionError("fallback_tts must be mono, like Sarvam's audio")
        voice = make_voice(**arguments)
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True, aligned_transcript=True),
            sample_rate=voice.speech_sample_rate,
            num_channels=1,
        )
        api_key = checked_key(api_key or os.environ.get("SARVAM_API_KEY") or "")
        if base_url != BASE_URL and ws_url == WS_URL:
            logger.warning(
                "base_url has no effect: all text goes to ws_url, which is Sarvam's own; set ws_url"
            )
        # Made, and so closed, by this object.
        self._own_phrases = None if is_given(phrases) else default_phrases(os.environ)
        self.engine = Engine(
            Options(
                voice=voice,
                detect_language=detect_language,
                segmenting=segmenting or Segmenting(),
                synthesis=synthesis or Synthesis(),
                timeouts=timeouts or Timeouts(),
            ),
            api_key=api_key,
            ws_url=ws_url,
            limits=pool or PoolLimits(),
            socket=socket or Socket(),
            phrases=phrases if is_given(phrases) else self._own_phrases,
            fallback_tts=fallback_tts,
            on_segment=on_segment,
        )
        """Shared by all streams; tools that make phrases use it too."""
        self._streams: weakref.WeakSet[SynthesizeStream] = weakref.WeakSet()

    @property
    def model(self) -> str:
        return self.engine.options.voice.model

    @property
    def provider(self) -> str:
        return "Sarvam"

    def statistics(self) -> PoolStatistics:
        """Connections now, and totals so far."""
        return self.engine.pool.statistics()

    @with_voice_arguments_in_signature
    def update_options(
        self,
        *,
        enable_cached_responses: bool | None = None,
        send_completion_event: bool | None = None,
        **changes: Unpack[VoiceArguments],
    ) -> None:
        """Change the voice of streams to come; existing ones keep theirs.

        Raises:
            OptionError: Sarvam would refuse a value; nothing is changed.
        """
        self.engine.set_voice(change_voice(self.engine.options.voice, **changes))

    def tune(
        self,
        *,
        segmenting: Segmenting | None = None,
        synthesis: Synthesis | None = None,
        phrases: NotGivenOr[PhraseCache | None] = NOT_GIVEN,
    ) -> None:
        """Change the work of streams to come, for example to hear the effect of an optimisation.

        Args:
            segmenting: Rules for cutting text; None changes nothing.
            synthesis: Rules for turning Segments into audio; None changes nothing.
            phrases: Another cache; None disables caching. NOT_GIVEN changes nothing.
        """
        options = self.engine.options
        self.engine.tune(
            segmenting=segmenting or options.segmenting,
            synthesis=synthesis or options.synthesis,
            phrases=phrases if is_given(phrases) else self.phrases,
        )

    @property
    def phrases(self) -> PhraseCache | None:
        """The cache of phrases, or None. Read its `statistics()`, and set its `private_words` to
        words of the current caller."""
        return self.engine.reply_config.phrases

    def cut(self, text: str) -> list[str]:
        """The texts of the Segments that a reply would send for `text`."""
        return self.engine.cut(text)

    def prewarm(self) -> None:
        """Start to open and configure the idle connections; returns at once."""
        self.engine.pool.prewarm()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak one text over a stream."""
        return self._synthesize_with_stream(text, conn_options=conn_options)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> SynthesizeStream:
        """A stream for one reply."""
        stream = SynthesizeStream(self.engine, tts=self, conn_options=conn_options)
        self._streams.add(stream)
        return stream

    async def aclose(self) -> None:
        """End all streams, close all connections, and close the cache if this object made it, which
        waits up to 2 s for phrases that are being written to the disk."""
        for stream in list(self._streams):
            await stream.aclose()
        await self.engine.pool.aclose()
        if self._own_phrases is not None:
            await self._own_phrases.aclose()

    def __repr__(self) -> str:
        voice = self.engine.options.voice
        return (
            f"<sarvam_pooled.TTS {voice.model} {voice.speaker} {voice.target_language_code}"
            f" {self.engine.pool!r}>"
        )
