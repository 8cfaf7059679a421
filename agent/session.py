"""One call's session: which providers, and how turns are taken."""

from __future__ import annotations

from livekit.agents import AgentSession, APIConnectOptions, inference, tts
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomOptions,
    TextOutputOptions,
)
from livekit.plugins import cartesia, deepgram, openai, sarvam_pooled

from .config import Settings

SAMPLE_RATE = 24000
"""Hz of both voices and of the room's track: one rate, so that nothing is resampled."""


def build_session(settings: Settings) -> AgentSession[None]:
    """The session of a call. Nothing is connected yet."""
    return AgentSession(
        # The Silero model that comes with LiveKit's own runtime: 0.04 ms a window and shared by all
        # job processes, where the plugin's costs 45 MB in each (measured).
        vad=inference.VAD(model="silero", min_silence_duration=settings.vad_min_silence),
        stt=build_stt(settings),
        llm=build_llm(settings),
        tts=build_tts(settings),
        turn_handling={
            "turn_detection": (
                # Named, as the default would ask LiveKit's cloud in development.
                inference.TurnDetector(version="v1-mini") if settings.turn_detector else "vad"
            ),
            "endpointing": {
                "mode": "fixed",
                "min_delay": settings.endpointing_min_delay,
                "max_delay": settings.endpointing_max_delay,
            },
            "preemptive_generation": {
                "enabled": settings.preemptive_llm,
                "preemptive_tts": settings.preemptive_tts,
            },
            "interruption": {
                "mode": "vad",
                "min_duration": 0.3,
                # A cough while the agent thinks costs so long, and 2 s by default.
                "false_interruption_timeout": 0.5,
            },
        },
        # The TTS plugin cleans the text itself, without a token's delay.
        tts_text_transforms=None,
        # By default the caller is not heard for the first 3 s of the agent's speech.
        aec_warmup_duration=None,
        conn_options=SessionConnectOptions(
            tts_conn_options=APIConnectOptions(max_retry=1, timeout=5.0, retry_interval=0.1)
        ),
    )


def build_stt(settings: Settings) -> deepgram.STT:
    """The caller's words."""
    return deepgram.STT(
        api_key=settings.deepgram_api_key.get_secret_value(),
        base_url=settings.deepgram_base_url,
        model=settings.deepgram_model,
        language=settings.speech_language,
    )


def build_llm(settings: Settings) -> openai.LLM:
    """The answer."""
    return openai.LLM(
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        model=settings.openai_model,
    )


def build_tts(settings: Settings) -> tts.FallbackAdapter:
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
    return tts.FallbackAdapter([first, second], max_retry_per_tts=0, sample_rate=SAMPLE_RATE)


def build_room_options() -> RoomOptions:
    """How the session is tied to the room."""
    return RoomOptions(
        # Small frames at the rate of VAD and STT: none is waited for, none is resampled.
        audio_input=AudioInputOptions(sample_rate=16000, frame_size_ms=10),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE),
        text_output=TextOutputOptions(sync_transcription=True),
    )
