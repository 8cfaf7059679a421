"""The state that all replies of one `TTS` share: pool, options, adaptive statistics, phrases.

`tts.py` and `stream.py` are LiveKit's façade over it. Tools that make and store phrases use
`render`, `trimmed_pcm` and `phrase_key`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from livekit.agents import tts

from .audio.loudness import Loudness
from .errors import RemoteError, SarvamError
from .log import logger
from .options import Options, PoolLimits, Segmenting, Socket, Synthesis
from .phrases.cache import PhraseCache
from .phrases.key import PhraseKey, phrase_key, provider_name
from .phrases.phrase import Phrase
from .synthesis.adaptive_stats import AdaptiveStats
from .synthesis.attempt import SarvamSynthesiser, Synthesiser
from .synthesis.cached import CachedSynthesiser
from .synthesis.fallback import FallbackSynthesiser
from .synthesis.records import AttemptRecord, OnSegment, SegmentRecord
from .synthesis.render import render
from .synthesis.reply import LOSSY, Reply, Sinks
from .synthesis.segment_assembler import SegmentAssembler
from .synthesis.speech_rate import SpeechRate
from .text.segmenter import Segmenter
from .transport import wire
from .transport.connection import Connection
from .transport.handshake import open_connection
from .transport.pool import Pool
from .voice import Voice


@dataclass(frozen=True, slots=True)
class ReplyConfig:
    """Everything that shapes a reply. A stream keeps the one that was current when it was made."""

    options: Options
    phrases: PhraseCache | None
    stats: AdaptiveStats
    loudness: Loudness = field(default_factory=Loudness)


class Engine:
    """Makes replies and phrases over one pool of connections.

    Args:
        phrases: See `TTS`; the engine does not close it.
        fallback_tts: See `TTS`; the engine does not close it.
        on_segment: See `TTS`.
    """

    def __init__(
        self,
        options: Options,
        *,
        api_key: str,
        ws_url: str,
        limits: PoolLimits,
        socket: Socket,
        phrases: PhraseCache | None,
        fallback_tts: tts.TTS[Any] | None,
        on_segment: OnSegment | None,
    ) -> None:
        stats = AdaptiveStats.initial(options.synthesis, pace=options.voice.pace)
        self.reply_config = ReplyConfig(options, phrases, stats)
        self.ws_url = ws_url
        self.on_segment = on_segment
        self.pool = Pool(self._connect, voice=options.voice, limits=limits)
        self._api_key = api_key
        self.limits = limits
        self._socket = socket
        self._fallback_tts = fallback_tts
        # True after a reply that Sarvam could not finish, until it finishes a Segment.
        self._has_failed = False

    @property
    def options(self) -> Options:
        """The options of replies to come."""
        return self.reply_config.options

    @property
    def provider(self) -> str:
        """The provider in the keys of phrases: a stand-in's audio is never played as Sarvam's."""
        return provider_name(self.ws_url)

    @property
    def is_down(self) -> bool:
        """Whether Sarvam would probably fail now: connecting fails, or the last reply failed."""
        return self.pool.is_down or self._has_failed

    def set_voice(self, voice: Voice) -> None:
        """Change the voice of replies to come."""
        old, stats = self.options.voice, self.reply_config.stats
        if voice.pace != old.pace:
            stats = replace(stats, speech_rate=SpeechRate(pace=voice.pace))
        self.reply_config = replace(
            self.reply_config,
            options=replace(self.options, voice=voice),
            stats=stats,
            loudness=self.reply_config.loudness if voice == old else Loudness(),
        )
        self.pool.set_voice(voice)

    def tune(
        self, *, segmenting: Segmenting, synthesis: Synthesis, phrases: PhraseCache | None
    ) -> None:
        """Change the work of replies to come."""
        options = replace(self.options, segmenting=segmenting, synthesis=synthesis)
        self.reply_config = replace(self.reply_config, options=options, phrases=phrases)

    def reply(
        self,
        config: ReplyConfig,
        sinks: Sinks,
        *,
        time_limit: float,
        on_send: Callable[[AttemptRecord], None],
    ) -> Reply:
        """A reply that has not started.

        Args:
            time_limit: Maximum of seconds until the first audio.
            on_send: Called with an Attempt's record just before its text is sent, or when its
                phrase was found.
        """
        synthesiser: Synthesiser = self._sarvam(config, on_send)
        if config.phrases is not None:
            synthesiser = CachedSynthesiser(
                synthesiser,
                config.phrases,
                voice=config.options.voice,
                provider=self.provider,
                loudness=config.loudness,
                is_down=lambda: self.is_down,
                on_hit=on_send,
            )
        fallback = None
        if self._fallback_tts is not None:
            rate = config.options.voice.speech_sample_rate
            fallback = FallbackSynthesiser(self._fallback_tts, sample_rate=rate, timeout=time_limit)
        return Reply(
            synthesiser,
            options=config.options,
            stats=config.stats,
            sinks=sinks,
            time_limit=time_limit,
            fallback=fallback,
        )

    def record_failure(self, error: SarvamError) -> None:
        """Record that Sarvam could not finish a reply. Until it finishes a Segment, no reply begins
        with a phrase, which would hide from an adapter's probe that Sarvam is down."""
        self._has_failed |= isinstance(error, RemoteError)

    def record_segment(self, record: SegmentRecord) -> None:
        """Record whether Sarvam finished a Segment, and call `on_segment`, whatever that raises."""
        for attempt in record.attempts:
            if attempt.ended and not (attempt.cached or attempt.fallback_tts):
                self._has_failed = False
        try:
            if self.on_segment is not None:
                self.on_segment(record)
        except Exception:
            logger.exception("on_segment raised; the reply goes on")

    def cut(self, text: str) -> list[str]:
        """The texts of the Segments that a reply would send for `text`."""
        segmenter = Segmenter(self.options.segmenting)
        return [piece.spoken for piece in (*segmenter.push(text), *segmenter.flush())]

    def phrase_key(self, text: str) -> PhraseKey:
        """The key under which `text` is stored in the current voice.

        Raises:
            ValueError: There is nothing to say in it.
        """
        return phrase_key(text, self.options.voice, provider=self.provider)

    async def render(self, text: str) -> Phrase:
        """Synthesise `text` as one Segment, for example a greeting, and offer it to the phrases.

        Raises:
            SarvamError: The synthesis failed.
            ValueError: There is nothing to say in it.
        """
        phrase = await render(
            self._sarvam(self.reply_config, on_send=lambda _: None),
            self.phrase_key(text),
            retries=self.options.synthesis.retries,
            time_limit=self.options.timeouts.first_audio,
        )
        if self.reply_config.phrases is not None:
            self.reply_config.phrases.offer(phrase)
        return phrase

    def trimmed_pcm(self, phrase: Phrase) -> bytes:
        """PCM of `phrase` without its leading silence, as the first Segment of a reply has it."""
        pcm = bytearray()
        assembler = SegmentAssembler(
            pcm.extend,
            sample_rate=phrase.sample_rate,
            first=True,
            trim_silence=self.options.synthesis.trim_silence,
            lossy=phrase.key.voice.output_audio_codec in LOSSY,
        )
        assembler.begin()
        assembler.feed(phrase.pcm)
        assembler.end()
        return bytes(pcm)

    def _sarvam(
        self, config: ReplyConfig, on_send: Callable[[AttemptRecord], None]
    ) -> SarvamSynthesiser:
        return SarvamSynthesiser(
            self.pool,
            voice=config.options.voice,
            timeouts=config.options.timeouts,
            stats=config.stats,
            on_send=on_send,
        )

    async def _connect(self, voice: Voice, on_lost: Callable[[Connection], None]) -> Connection:
        return await open_connection(
            wire.url(self.ws_url, model=voice.model),
            voice=voice,
            api_key=self._api_key,
            timeouts=self.options.timeouts,
            tuning=self._socket,
            ping_interval=self.limits.ping_interval,
            on_lost=on_lost,
        )
