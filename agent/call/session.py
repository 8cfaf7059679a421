"""One call's session: how turns are taken, and how it is tied to the room.

Everything that costs time is pinned, because LiveKit's defaults differ between `dev` and `start`.
What each choice is worth was measured on LiveKit Agents 1.8.9; the settings name its defaults.
"""

from __future__ import annotations

from livekit.agents import AgentSession, APIConnectOptions
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomOptions,
    TextOutputOptions,
)

from ..config.settings import Settings
from . import SAMPLE_RATE
from .components import CallComponents


def build_session(components: CallComponents) -> AgentSession[None]:
    """The session of a call. Nothing is connected yet, but the LLM's client begins to connect."""
    settings = components.settings
    session: AgentSession[None] = AgentSession(
        vad=components.vad,
        stt=components.stt,
        llm=components.llm,
        tts=components.tts,
        turn_handling={
            "turn_detection": components.turn_detector or "vad",
            "endpointing": {
                "mode": "fixed",
                "min_delay": settings.endpointing_min_delay,
                "max_delay": settings.endpointing_max_delay,
            },
            "preemptive_generation": {
                "enabled": settings.preemptive_llm,
                "preemptive_tts": settings.preemptive_tts,
                "max_retries": settings.preemptive_attempts,
            },
            "interruption": {
                # The other mode is a model in LiveKit's cloud.
                "mode": "vad",
                "min_duration": settings.interruption_min_duration,
                "false_interruption_timeout": settings.false_interruption_timeout,
            },
        },
        # By default LiveKit filters markdown and emoji; the TTS cleans the text itself.
        tts_text_transforms=["filter_markdown", "filter_emoji"]
        if settings.text_transforms
        else None,
        aec_warmup_duration=settings.aec_warmup or None,
        # How long the last words are waited for once the caller has hung up; 2 s by default.
        session_close_transcript_timeout=0.5,
        conn_options=_retries(settings),
    )
    components.transcript.listen(session)
    components.preemptive_reply.listen(session)
    return session


def build_room_options(settings: Settings) -> RoomOptions:
    """How the session is tied to the room. It ends when the caller leaves."""
    return RoomOptions(
        # Small frames, at the rate of VAD, turn detector and STT: nothing is resampled.
        audio_input=AudioInputOptions(
            sample_rate=settings.audio_rate,
            frame_size_ms=settings.audio_frame_ms,
            # What a client records while it connects. LiveKit Agents 1.8.9 takes it from any
            # participant, as any participant's, and of any size and rate: a rate of 0 never ends,
            # Opus of 2 MB is 16 hours (both measured). The agent speaks first, so little is lost.
            pre_connect_audio=False,
        ),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE),
        # `limits.typed` reads it, and no more of it than may be typed.
        text_input=False,
        # Text in step with the speech, so that the history has what was heard before a barge-in.
        text_output=TextOutputOptions(sync_transcription=True),
        close_on_disconnect=True,
    )


def _retries(settings: Settings) -> SessionConnectOptions:
    """Fewer and sooner than by default, as a caller waits for them."""
    return SessionConnectOptions(
        stt_conn_options=APIConnectOptions(
            max_retry=3, retry_interval=1.0, timeout=settings.stt_timeout
        ),
        llm_conn_options=APIConnectOptions(
            max_retry=2, retry_interval=0.3, timeout=settings.llm_timeout
        ),
        # Both TTS in turn count as one try.
        tts_conn_options=APIConnectOptions(
            max_retry=1, retry_interval=0.1, timeout=settings.tts_timeout
        ),
    )
