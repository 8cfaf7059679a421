"""One call's session: its turn-taking, and its input from and output to the room.

Everything that costs time is pinned, because LiveKit's defaults differ between `dev` and `start`.
The effect of each choice was measured on LiveKit Agents 1.8.9; the settings list its defaults.
"""

from __future__ import annotations

from collections.abc import Sequence

from livekit.agents import AgentSession, APIConnectOptions, text_transforms
from livekit.agents.llm import Toolset
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomOptions,
    TextOutputOptions,
)
from livekit.agents.voice.transcription.text_transforms import TextTransforms

from ..config.audio import SAMPLE_RATE
from ..config.settings import Settings
from .components import CallComponents


def build_session(
    components: CallComponents, toolsets: Sequence[Toolset] = ()
) -> AgentSession[None]:
    """The session of a call. Nothing connects yet but the LLM's client.

    Args:
        toolsets: Tools that all agents of the call have.
    """
    settings = components.settings
    session: AgentSession[None] = AgentSession(
        vad=components.vad,
        stt=components.stt,
        llm=components.llm,
        tts=components.tts,
        tools=list(toolsets),
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
        tts_text_transforms=_text_transforms(components),
        aec_warmup_duration=settings.aec_warmup or None,
        # Seconds to wait for the last words once the caller has hung up; 2 by default.
        session_close_transcript_timeout=0.5,
        conn_options=_retries(settings),
    )
    components.transcript.listen(session)
    components.preemptive_reply.listen(session)
    return session


def build_room_options(settings: Settings) -> RoomOptions:
    """The session's input from and output to the room. It ends when the caller leaves."""
    return RoomOptions(
        # Small frames, at the rate of VAD, turn detector and STT: nothing is resampled.
        audio_input=AudioInputOptions(
            sample_rate=settings.audio_rate,
            frame_size_ms=settings.audio_frame_ms,
            # Sound that a client records while it connects. LiveKit Agents 1.8.9 accepts it from
            # any participant, on behalf of any other, without limits: a sample rate of 0 loops for
            # ever, 2 MB of Opus decode to 16 hours (both measured). The agent speaks first, so
            # little is lost.
            pre_connect_audio=False,
        ),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE),
        # `limits.typed` reads typed text, up to its limits.
        text_input=False,
        # Text in step with the speech: the history ends where the caller barged in.
        text_output=TextOutputOptions(sync_transcription=True),
        close_on_disconnect=True,
    )


def _text_transforms(components: CallComponents) -> list[TextTransforms] | None:
    """What is done to a reply's text before the TTS gets it."""
    # By default LiveKit filters markdown and emoji; the TTS cleans the text itself.
    transforms: list[TextTransforms] = (
        ["filter_markdown", "filter_emoji"] if components.settings.text_transforms else []
    )
    if spoken_as := components.assistant.manifest.pronunciations:
        transforms.append(text_transforms.replace(spoken_as, case_sensitive=True))
    return transforms or None


def _retries(settings: Settings) -> SessionConnectOptions:
    """Fewer and faster retries than by default: a caller is waiting."""
    return SessionConnectOptions(
        stt_conn_options=APIConnectOptions(
            max_retry=3, retry_interval=1.0, timeout=settings.stt_timeout
        ),
        llm_conn_options=APIConnectOptions(
            max_retry=2, retry_interval=0.3, timeout=settings.llm_timeout
        ),
        # One try includes the fallback TTS.
        tts_conn_options=APIConnectOptions(
            max_retry=1, retry_interval=0.1, timeout=settings.tts_timeout
        ),
    )
