"""One call's session: how turns are taken, and how it is tied to the room."""

from __future__ import annotations

from livekit.agents import AgentSession, APIConnectOptions, inference
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomOptions,
    TextOutputOptions,
)

from .config import Settings
from .providers import SAMPLE_RATE, Parts


def build_session(settings: Settings, parts: Parts) -> AgentSession[None]:
    """The session of a call."""
    return AgentSession(
        vad=parts.vad,
        stt=parts.stt,
        llm=parts.llm,
        tts=parts.tts,
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


def build_room_options() -> RoomOptions:
    """How the session is tied to the room."""
    return RoomOptions(
        # Small frames at the rate of VAD and STT: none is waited for, none is resampled.
        audio_input=AudioInputOptions(sample_rate=16000, frame_size_ms=10),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE),
        text_output=TextOutputOptions(sync_transcription=True),
    )
