"""Who hears, thinks and speaks in a call: the providers' clients, made from the settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from livekit.agents import inference
from livekit.agents.llm import LLM
from livekit.agents.stt import STT
from livekit.agents.tts import TTS
from livekit.agents.vad import VAD
from livekit.plugins import cartesia, deepgram, openai, sarvam_pooled
from livekit.plugins.cartesia.models import TTSDefaultVoiceId

from ..config.languages import Language
from ..config.settings import Settings
from ..latency.live.collector import on_segment
from ..turns.finalize import FinalizingSTT
from ..turns.preemptive_reply import NotifyingFallbackAdapter, PreemptiveReply
from .phrases import CallPhrases, build_phrases

SAMPLE_RATE = 24000
"""Hz of both voices and of the room's track: one rate, so that nothing is resampled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallComponents:
    """The parts of one call: its models and the providers' clients."""

    vad: VAD
    stt: deepgram.STT
    llm: LLM[Any]
    tts: NotifyingFallbackAdapter
    primary_tts: sarvam_pooled.TTS
    fallback_tts: cartesia.TTS
    phrases: CallPhrases | None
    """What is audio already; None when switched off."""
    preemptive_reply: PreemptiveReply
    """The reply that is being prepared."""

    @property
    def voices(self) -> tuple[TTS[Any], ...]:
        """What `tts` chooses from, the preferred one first."""
        return (self.primary_tts, self.fallback_tts)

    @property
    def all(self) -> tuple[STT[Any] | LLM[Any] | TTS[Any], ...]:
        """All that hold connections, in the order in which a call needs them."""
        return (*self.voices, self.stt, self.llm)

    def stock_audio(self, text: str) -> bytes | None:
        """PCM (s16le mono, `SAMPLE_RATE` Hz) of a stock phrase; None while the store has none."""
        return self.phrases.stock.pcm(text) if self.phrases else None

    async def begin_in(self, language: Language, settings: Settings) -> None:
        """Speak and listen in `language`; before the call begins."""
        changed = language != settings.language
        if changed:
            self._set_language(language, settings)
        if self.phrases:
            await self.phrases.begin(language=language.code if changed else None)

    async def turn_to(self, language: Language, settings: Settings) -> None:
        """Speak and listen in another language; in a call that has begun."""
        self._set_language(language, settings)
        if self.phrases:
            await self.phrases.turn_to(language.code)

    def _set_language(self, language: Language, settings: Settings) -> None:
        self.primary_tts.update_options(target_language_code=language.code)
        self.fallback_tts.update_options(language=language.fallback_tts)
        self.stt.update_options(language=settings.hears(language))

    async def aclose(self) -> None:
        """Close all connections; neither the session nor the adapter does."""
        await self.tts.aclose()
        closing = [part.aclose() for part in self.all]
        if self.phrases is not None:
            closing.append(self.phrases.aclose())
        await asyncio.gather(*closing, return_exceptions=True)


def build_parts(settings: Settings) -> CallComponents:
    """Everything for one call. Nothing is connected yet, and no loop is needed."""
    second, preemptive_reply = _fallback_tts(settings), PreemptiveReply()
    first = build_voice(settings, second)
    return CallComponents(
        vad=load_vad(settings),
        stt=_stt(settings),
        llm=_llm(settings),
        # A voice has its own retries; the adapter's would only keep the next one waiting.
        tts=NotifyingFallbackAdapter(
            [first, second],
            preemptive_reply=preemptive_reply,
            max_retry_per_tts=0,
            sample_rate=SAMPLE_RATE,
        ),
        primary_tts=first,
        fallback_tts=second,
        phrases=build_phrases(settings, first),
        preemptive_reply=preemptive_reply,
    )


def load_vad(settings: Settings) -> VAD:
    """When somebody speaks: Silero, either way.

    LiveKit's own runtime takes 0.04 ms a window and is shared by all job processes; the plugin
    takes 45 ms to load and 26 MB in each (measured).
    """
    if settings.vad == "plugin":
        # Imported only then, as importing it costs every process 19 MB.
        from livekit.plugins import silero

        return silero.VAD.load(min_silence_duration=settings.vad_min_silence)
    return inference.VAD(model="silero", min_silence_duration=settings.vad_min_silence)


def build_voice(settings: Settings, second: TTS[Any] | None = None) -> sarvam_pooled.TTS:
    """Sarvam's voice, and `second` for what it cannot finish. Which of its options are no settings,
    and why: docs/design.md.

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
        fallback_tts=second,
        # A call's phrases are its own (`build_phrases`); a default would be there where
        # PHRASE_CACHE is off, and while stock phrases are made.
        phrases=None,
    )


def _fallback_tts(settings: Settings) -> cartesia.TTS:
    """Cartesia's voice, when Sarvam fails."""
    return cartesia.TTS(
        api_key=settings.cartesia_api_key.get_secret_value(),
        base_url=settings.cartesia_base_url,
        model=settings.cartesia_model,
        language=settings.language.fallback_tts,
        sample_rate=SAMPLE_RATE,
        # Not used, and Cartesia has them for none of India's languages.
        word_timestamps=False,
        voice=settings.cartesia_voice or TTSDefaultVoiceId,
    )


def _stt(settings: Settings) -> deepgram.STT:
    """The caller's words."""
    return FinalizingSTT(
        api_key=settings.deepgram_api_key.get_secret_value(),
        base_url=settings.deepgram_base_url,
        model=settings.deepgram_model,
        language=settings.hears(settings.language),
        finalize_after=settings.stt_finalize_after,
    )


def _llm(settings: Settings) -> openai.LLM:
    """The answer."""
    return openai.LLM(
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        model=settings.openai_model,
    )
