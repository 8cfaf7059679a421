"""The components of a call, made from the settings: VAD, turn detector, STT, LLM and TTS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from livekit import rtc
from livekit.agents import NOT_GIVEN, inference
from livekit.agents.llm import LLM
from livekit.agents.stt import STT
from livekit.agents.tts import TTS
from livekit.agents.vad import VAD
from livekit.plugins import cartesia, deepgram, openai, sarvam_pooled
from livekit.plugins.cartesia.models import TTSDefaultVoiceId

from prewarm import connections
from prewarm.stock_phrase_table import PhraseTable

from ..assistant.effective_settings import settings_of, table_of
from ..assistant.load import LoadedAssistant
from ..assistant.stock_speech import StockSpeech
from ..config.audio import SAMPLE_RATE
from ..config.languages import Language
from ..config.settings import Settings
from ..turns.detector import EndpointingTurnDetector, OnPredicted
from ..turns.endpointing import EndpointingDelays
from ..turns.finalize import FinalizingSTT
from ..turns.preemptive_reply import NotifyingFallbackAdapter, PreemptiveReply
from ..turns.turn_transcript import TurnTranscript
from .phrase_cache import CallPhrases, build_phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class CallComponents:
    """The components of one call, in the settings' language until it starts in another."""

    assistant: LoadedAssistant
    settings: Settings
    """The assistant's: see `effective_settings`."""
    table: PhraseTable
    """The assistant's phrases, and its voice in each language."""
    vad: VAD
    turn_detector: EndpointingTurnDetector | None
    """None if only silence ends a turn."""
    stt: deepgram.STT
    llm: LLM[Any]
    tts: NotifyingFallbackAdapter
    primary_tts: sarvam_pooled.TTS
    fallback_tts: cartesia.TTS
    phrases: CallPhrases | None
    """The phrases that are audio already; None when switched off."""
    transcript: TurnTranscript
    preemptive_reply: PreemptiveReply
    events: rtc.EventEmitter[Literal["segment", "predicted"]]
    """`segment` has the `SegmentRecord` of each Segment that the primary TTS has finished;
    `predicted` has the arguments of `turns.detector.OnPredicted`."""

    @property
    def all(self) -> tuple[STT[Any] | LLM[Any] | TTS[Any], ...]:
        """The components that hold connections, in the order in which a call needs them."""
        return (self.primary_tts, self.fallback_tts, self.stt, self.llm)

    async def start(self, language: Language) -> StockSpeech:
        """Start a call in `language`: begin to connect. Returns its stock phrases."""
        if language != self.settings.language:
            self._set_language(language)
        if self.phrases:
            await self.phrases.start(language.code)
        if self.settings.prewarm:
            # Otherwise LiveKit connects to the LLM and the primary TTS when the session starts.
            connections.warm(self.all)
        pcm = self.phrases.stock.pcm if self.phrases else lambda _: None
        return StockSpeech(self.table.by_language, language, pcm)

    async def switch_language(self, language: Language) -> None:
        """Continue the call in another language."""
        if self.phrases:
            await self.phrases.switch_language(language.code)
        # Last: if the phrases cannot be read, the call keeps its language whole.
        self._set_language(language)

    def _set_language(self, language: Language) -> None:
        voice = self.table.voice(language.code)
        self.primary_tts.update_options(target_language_code=language.code, **voice)
        self.fallback_tts.update_options(language=language.fallback_tts)
        self.stt.update_options(language=self.settings.stt_language_for(language))

    async def aclose(self) -> None:
        """Close all connections; neither the session nor the adapter does."""
        try:
            await self.tts.aclose()
        finally:
            closing = [component.aclose() for component in self.all]
            if self.phrases is not None:
                closing.append(self.phrases.aclose())
            await asyncio.gather(*closing, return_exceptions=True)


def build_components(settings: Settings, assistant: LoadedAssistant) -> CallComponents:
    """Build the components of one call that `assistant` answers. Connects nothing, and needs no
    loop.

    Args:
        settings: The worker's.
    """
    table = table_of(assistant, settings)
    settings = settings_of(assistant, settings)
    events: rtc.EventEmitter[Literal["segment", "predicted"]] = rtc.EventEmitter()
    transcript, preemptive_reply = TurnTranscript(), PreemptiveReply()
    fallback = _fallback_tts(settings)
    primary = build_tts(settings, fallback, on_segment=partial(events.emit, "segment"))
    primary.update_options(**table.voice(settings.agent_language))
    return CallComponents(
        assistant=assistant,
        settings=settings,
        table=table,
        vad=load_vad(settings),
        turn_detector=build_turn_detector(
            settings, transcript, preemptive_reply, on_predicted=partial(events.emit, "predicted")
        ),
        stt=_stt(settings, assistant.manifest.stt.keyterms),
        llm=_llm(settings),
        # Each TTS has its own retries; the adapter's would only delay the failover.
        tts=NotifyingFallbackAdapter(
            [primary, fallback],
            preemptive_reply=preemptive_reply,
            max_retry_per_tts=0,
            sample_rate=SAMPLE_RATE,
        ),
        primary_tts=primary,
        fallback_tts=fallback,
        phrases=build_phrases(settings, primary, table),
        transcript=transcript,
        preemptive_reply=preemptive_reply,
        events=events,
    )


def build_turn_detector(
    settings: Settings,
    transcript: TurnTranscript,
    preemptive_reply: PreemptiveReply,
    *,
    on_predicted: OnPredicted = lambda *_: None,
) -> EndpointingTurnDetector | None:
    """The detector of the end of the caller's turn; None if only silence ends it."""
    if not settings.turn_detector:
        return None
    delays = EndpointingDelays(
        min_delay=settings.endpointing_min_delay,
        uncertain_delay=settings.endpointing_doubt_delay,
        max_delay=settings.endpointing_max_delay,
        dictation_delay=settings.endpointing_dictation_delay,
    )
    return EndpointingTurnDetector(
        # Pin the version: in `dev` mode LiveKit's default calls its cloud.
        version="v1-mini",
        delays=delays if settings.delays_turns else None,
        transcript=transcript if settings.turn_words else None,
        preemptive_reply=preemptive_reply if settings.waits_for_playable_reply else None,
        repeats_inference=settings.turn_asks_again,
        on_predicted=on_predicted,
    )


def load_vad(settings: Settings) -> VAD:
    """Silero, either way.

    LiveKit's own runtime takes 0.04 ms a window and is shared by all job processes; the plugin
    takes 45 ms to load and 26 MB in each (measured).
    """
    if settings.vad == "plugin":
        # Imported lazily: it costs every process 19 MB.
        from livekit.plugins import silero

        return silero.VAD.load(min_silence_duration=settings.vad_min_silence)
    return inference.VAD(model="silero", min_silence_duration=settings.vad_min_silence)


def build_tts(
    settings: Settings,
    fallback: TTS[Any] | None = None,
    *,
    on_segment: Callable[[sarvam_pooled.SegmentRecord], None] | None = None,
) -> sarvam_pooled.TTS:
    """Sarvam's TTS, which fails over to `fallback` within a reply. docs/design.md lists the options
    that are not settings.

    Raises:
        sarvam_pooled.OptionError: A setting that Sarvam would refuse.
    """
    return sarvam_pooled.TTS(
        api_key=settings.sarvam_api_key.get_secret_value(),
        ws_url=settings.sarvam_ws_url,
        model=settings.sarvam_model,
        speaker=settings.sarvam_speaker,
        pace=settings.sarvam_pace,
        temperature=settings.sarvam_temperature,
        pitch=settings.sarvam_pitch,
        loudness=settings.sarvam_loudness,
        dict_id=settings.sarvam_dict_id,
        detect_language=settings.sarvam_detect_language,
        target_language_code=settings.agent_language,
        speech_sample_rate=SAMPLE_RATE,
        output_audio_codec=settings.tts_codec,
        segmenting=sarvam_pooled.Segmenting(first_clause=settings.tts_first_clause),
        synthesis=sarvam_pooled.Synthesis(parallel=settings.tts_parallel, hedge=settings.tts_hedge),
        pool=sarvam_pooled.PoolLimits(
            min_idle=settings.tts_pool_idle, max_connections=settings.tts_max_connections
        ),
        on_segment=on_segment,
        fallback_tts=fallback,
        # A call has its own phrases (`build_phrases`). The plugin's default would also be active
        # with PHRASE_CACHE off, and while stock phrases are built.
        phrases=None,
    )


def _fallback_tts(settings: Settings) -> cartesia.TTS:
    """Cartesia's TTS, for when Sarvam fails."""
    return cartesia.TTS(
        api_key=settings.cartesia_api_key.get_secret_value(),
        base_url=settings.cartesia_base_url,
        model=settings.cartesia_model,
        language=settings.language.fallback_tts,
        sample_rate=SAMPLE_RATE,
        # Not used; Cartesia has none for India's languages.
        word_timestamps=False,
        voice=settings.cartesia_voice or TTSDefaultVoiceId,
    )


def _stt(settings: Settings, keyterms: Sequence[str]) -> deepgram.STT:
    return FinalizingSTT(
        api_key=settings.deepgram_api_key.get_secret_value(),
        base_url=settings.deepgram_base_url,
        model=settings.deepgram_model,
        language=settings.stt_language_for(settings.language),
        keyterm=list(keyterms) or NOT_GIVEN,
        finalize_after=settings.stt_finalize_after,
    )


def _llm(settings: Settings) -> openai.LLM:
    return openai.LLM(
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        model=settings.openai_model,
    )
