"""What all replies of one `TTS` share: pool, options, adaptive statistics, loudness, phrases.

`tts.py` and `stream.py` are LiveKit's façade over it. Tools that make and store phrases use
`render`, `playable` and `phrase_key`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from livekit.agents import tts

from .audio.loudness import Loudness
from .errors import RemoteError, SarvamError
from .log import logger
from .options import Options, PoolLimits, Socket
from .phrases.cache import PhraseCache
from .phrases.key import PhraseKey, phrase_key, provider_name
from .phrases.phrase import Phrase
from .synthesis.adaptive_stats import AdaptiveStats
from .synthesis.attempt import SarvamSource, Source
from .synthesis.cached import CachedSource
from .synthesis.fallback import FallbackSource
from .synthesis.marks import AttemptRecord, OnSegment, SegmentRecord
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
class Setup:
    """How a reply is made. A stream keeps the setup that the engine had when it was created."""

    options: Options
    phrases: PhraseCache | None
    stats: AdaptiveStats
    loudness: Loudness = field(default_factory=Loudness)


class Engine:
    """Makes replies and phrases over one pool of connections.

    Args:
        phrases: See `TTS`; closed by the caller.
        fallback_tts: See `TTS`; closed by the caller.
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
        self.setup = Setup(options, phrases, stats)
        self.ws_url = ws_url
        self.on_segment = on_segment
        self.pool = Pool(self._connect, voice=options.voice, limits=limits)
        self._api_key = api_key
        self.limits = limits
        self._socket = socket
        self._fallback_tts = fallback_tts
        # Whether Sarvam could not finish the last reply that needed it.
        self._has_failed = False

    @property
    def options(self) -> Options:
        """The options of replies to come."""
        return self.setup.options

    @property
    def provider(self) -> str:
        """Whose audio it is, in the keys of phrases: a stand-in's is never played as Sarvam's."""
        return provider_name(self.ws_url)

    @property
    def is_down(self) -> bool:
        """Whether Sarvam would probably fail now: connecting fails, or the last reply did."""
        return self.pool.is_down or self._has_failed

    def set_voice(self, voice: Voice) -> None:
        """Change the voice of replies to come."""
        old, stats = self.options.voice, self.setup.stats
        if voice.pace != old.pace:
            stats = replace(stats, speech_rate=SpeechRate(pace=voice.pace))
        self.setup = replace(
            self.setup,
            options=replace(self.options, voice=voice),
            stats=stats,
            loudness=self.setup.loudness if voice == old else Loudness(),
        )
        self.pool.set_voice(voice)

    def reply(
        self,
        setup: Setup,
        sinks: Sinks,
        *,
        time_limit: float,
        on_send: Callable[[AttemptRecord], None],
    ) -> Reply:
        """A reply that has not started.

        Args:
            time_limit: Seconds within which its first audio must come.
            on_send: Called with an Attempt's record just before its text is sent, or when its
                phrase was found.
        """
        source: Source = self._sarvam(setup, on_send)
        if setup.phrases is not None:
            source = CachedSource(
                source,
                setup.phrases,
                voice=setup.options.voice,
                provider=self.provider,
                loudness=setup.loudness,
                is_down=lambda: self.is_down,
                on_hit=on_send,
            )
        fallback = None
        if self._fallback_tts is not None:
            rate = setup.options.voice.speech_sample_rate
            fallback = FallbackSource(self._fallback_tts, sample_rate=rate, timeout=time_limit)
        return Reply(
            source,
            options=setup.options,
            stats=setup.stats,
            sinks=sinks,
            time_limit=time_limit,
            fallback=fallback,
        )

    def note_failure(self, error: SarvamError) -> None:
        """Sarvam could not finish a reply. Until it finishes a Segment, no reply begins with a
        phrase: neither an adapter's probe nor the next reply would learn that Sarvam is down."""
        self._has_failed |= isinstance(error, RemoteError)

    def note_segment(self, record: SegmentRecord) -> None:
        """Report a finished Segment to `on_segment`, whatever that raises."""
        for attempt in record.attempts:
            if attempt.ended and not (attempt.cached or attempt.fallback_tts):
                self._has_failed = False
        try:
            if self.on_segment is not None:
                self.on_segment(record)
        except Exception:
            logger.exception("on_segment raised; the reply goes on")

    def cut(self, text: str) -> list[str]:
        """The Segments of `text`, as a reply sends them."""
        segmenter = Segmenter(self.options.segmenting)
        return [piece.spoken for piece in (*segmenter.push(text), *segmenter.flush())]

    def phrase_key(self, text: str) -> PhraseKey:
        """What `text` is stored under in the current voice.

        Raises:
            ValueError: There is nothing to say in it.
        """
        return phrase_key(text, self.options.voice, provider=self.provider)

    async def render(self, text: str) -> Phrase:
        """Synthesise `text` uncut, and offer it to the phrases: for greetings made in advance.

        Raises:
            SarvamError: It could not be made.
            ValueError: There is nothing to say in it.
        """
        phrase = await render(
            self._sarvam(self.setup, on_send=lambda _: None),
            self.phrase_key(text),
            retries=self.options.synthesis.retries,
            time_limit=self.options.timeouts.first_audio,
        )
        if self.setup.phrases is not None:
            self.setup.phrases.offer(phrase)
        return phrase

    def playable(self, phrase: Phrase) -> bytes:
        """PCM of `phrase` as the first words of a reply: without leading silence."""
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

    def _sarvam(self, setup: Setup, on_send: Callable[[AttemptRecord], None]) -> SarvamSource:
        return SarvamSource(
            self.pool,
            voice=setup.options.voice,
            timeouts=setup.options.timeouts,
            stats=setup.stats,
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
