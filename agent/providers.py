"""Who hears, thinks and speaks in a call: the providers' clients, made from the settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from livekit.agents import inference
from livekit.agents.llm import LLM
from livekit.agents.stt import STT
from livekit.agents.tts import TTS, FallbackAdapter
from livekit.agents.vad import VAD
from livekit.plugins import cartesia, deepgram, openai, sarvam_pooled, silero

from .config import Settings

SAMPLE_RATE = 24000
"""Hz of both voices and of the room's track: one rate, so that nothing is resampled."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one call's session."""

    vad: VAD
    stt: STT[Any]
    llm: LLM[Any]
    tts: TTS[Any]
    voices: tuple[TTS[Any], ...]
    """What `tts` chooses from, the preferred one first."""

    @property
    def all(self) -> tuple[object, ...]:
        """All that may hold connections."""
        return (*self.voices, self.llm, self.stt)

    async def aclose(self) -> None:
        """Close all connections; neither the session nor the adapter does."""
        closing = (self.tts.aclose(), self.llm.aclose(), self.stt.aclose())
        voices = (voice.aclose() for voice in self.voices)
        await asyncio.gather(*closing, *voices, return_exceptions=True)


def build_parts(settings: Settings) -> Parts:
    """Everything for one call. Nothing is connected yet; needs a running loop."""
    voices = _voices(settings)
    return Parts(
        vad=_vad(settings),
        stt=_stt(settings),
        llm=_llm(settings),
        tts=FallbackAdapter(list(voices), max_retry_per_tts=0, sample_rate=SAMPLE_RATE),
        voices=voices,
    )


def _vad(settings: Settings) -> VAD:
    """When somebody speaks: Silero, either way.

    LiveKit's own runtime takes 0.04 ms a window and is shared by all job processes; the plugin
    takes 57 ms to load and 45 MB in each (measured).
    """
    if settings.vad == "plugin":
        return silero.VAD.load(min_silence_duration=settings.vad_min_silence)
    return inference.VAD(model="silero", min_silence_duration=settings.vad_min_silence)


def _stt(settings: Settings) -> deepgram.STT:
    """The caller's words."""
    return deepgram.STT(
        api_key=settings.deepgram_api_key.get_secret_value(),
        base_url=settings.deepgram_base_url,
        model=settings.deepgram_model,
        language=settings.speech_language,
    )


def _llm(settings: Settings) -> openai.LLM:
    """The answer."""
    return openai.LLM(
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        model=settings.openai_model,
    )


def _voices(settings: Settings) -> tuple[sarvam_pooled.TTS, cartesia.TTS]:
    """Sarvam's voice, and Cartesia's when Sarvam fails."""
    first = sarvam_pooled.TTS(
        api_key=settings.sarvam_api_key.get_secret_value(),
        ws_url=settings.sarvam_ws_url,
        base_url=settings.sarvam_base_url,
        model=settings.sarvam_model,
        speaker=settings.sarvam_speaker,
        target_language_code=settings.agent_language,
        speech_sample_rate=SAMPLE_RATE,
        output_audio_codec=settings.tts_codec,
        segmenting=sarvam_pooled.Segmenting(first_clause=settings.tts_first_clause),
        synthesis=sarvam_pooled.Synthesis(parallel=settings.tts_parallel, hedge=settings.tts_hedge),
        pool=sarvam_pooled.PoolLimits(min_idle=settings.tts_pool_idle),
    )
    second = cartesia.TTS(
        api_key=settings.cartesia_api_key.get_secret_value(),
        base_url=settings.cartesia_base_url,
        model=settings.cartesia_model,
        language=settings.agent_language[:2],
        sample_rate=SAMPLE_RATE,
    )
    return first, second
