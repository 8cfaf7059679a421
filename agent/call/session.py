"""One call's session: how turns are taken, and how it is tied to the room.

Everything that costs time is pinned, because LiveKit's defaults differ between `dev` and `start`.
What each choice is worth was measured on LiveKit Agents 1.8.9; the settings name its defaults.
"""

from __future__ import annotations

from livekit.agents import AgentSession, APIConnectOptions, inference
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.room_io import (
    AudioInputOptions,
    AudioOutputOptions,
    RoomOptions,
    TextOutputOptions,
)

from ..config.settings import Settings
from ..latency.live.detector import OnPredicted, TimedTurnDetector
from ..turns.detector import EndpointingTurnDetector
from ..turns.endpointing import EndpointingDelays
from ..turns.preemptive_reply import PreemptiveReply
from ..turns.turn_transcript import TurnTranscript
from .providers import SAMPLE_RATE, CallComponents


def build_session(
    settings: Settings, parts: CallComponents, *, on_predicted: OnPredicted | None = None
) -> AgentSession[None]:
    """The session of a call. Nothing is connected yet, but the LLM's client begins to.

    Args:
        on_predicted: Is told of each answer of the turn detector.
    """
    transcript, preemptive_reply = TurnTranscript(), parts.preemptive_reply
    session: AgentSession[None] = AgentSession(
        vad=parts.vad,
        stt=parts.stt,
        llm=parts.llm,
        tts=parts.tts,
        turn_handling={
            "turn_detection": (
                _turn_detector(settings, transcript, preemptive_reply, on_predicted)
                if settings.turn_detector
                else "vad"
            ),
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
        # By default LiveKit filters markdown and emoji; the voice cleans the text itself.
        tts_text_transforms=["filter_markdown", "filter_emoji"]
        if settings.text_transforms
        else None,
        aec_warmup_duration=settings.aec_warmup or None,
        # After the caller has hung up, last words are waited for; 2 s by default.
        session_close_transcript_timeout=0.5,
        conn_options=_patience(settings),
    )
    transcript.listen(session)
    preemptive_reply.listen(session)
    return session


def build_room_options(settings: Settings) -> RoomOptions:
    """How the session is tied to the room. It ends when the caller leaves."""
    return RoomOptions(
        # Small frames at the rate of those who hear: none is waited for, none is resampled.
        audio_input=AudioInputOptions(
            sample_rate=settings.audio_rate,
            frame_size_ms=settings.audio_frame_ms,
            # What a client records while it connects. LiveKit Agents 1.8.9 takes it from anybody in
            # the room, as anybody's, and of any size and rate: a rate of 0 never ends, Opus of 2 MB
            # is 16 hours (both measured). The agent speaks first, so little is said before it.
            pre_connect_audio=False,
        ),
        audio_output=AudioOutputOptions(sample_rate=SAMPLE_RATE),
        # `limits.typed` reads it, and no more of it than may be typed.
        text_input=False,
        # Text in step with the voice, so that the history has what was heard before a barge-in.
        text_output=TextOutputOptions(sync_transcription=True),
        close_on_disconnect=True,
    )


def _turn_detector(
    settings: Settings,
    transcript: TurnTranscript,
    preemptive_reply: PreemptiveReply,
    on_predicted: OnPredicted | None,
) -> inference.TurnDetector:
    # The version is named, as the default would ask LiveKit's cloud in development.
    if not settings.holds_turns:
        return TimedTurnDetector(version="v1-mini", on_predicted=on_predicted)
    longest = settings.endpointing_max_delay
    return EndpointingTurnDetector(
        version="v1-mini",
        limits=EndpointingDelays(
            shortest=settings.endpointing_min_delay,
            doubted=settings.endpointing_doubt_delay,
            longest=longest,
        ),
        transcript=transcript if settings.turn_words else None,
        preemptive_reply=preemptive_reply if settings.waits_for_reply else None,
        asks_again=settings.turn_asks_again,
        on_predicted=on_predicted,
    )


def _patience(settings: Settings) -> SessionConnectOptions:
    """A caller waits while a provider is tried again, so less often and sooner than by default."""
    return SessionConnectOptions(
        stt_conn_options=APIConnectOptions(
            max_retry=3, retry_interval=1.0, timeout=settings.stt_timeout
        ),
        llm_conn_options=APIConnectOptions(
            max_retry=2, retry_interval=0.3, timeout=settings.llm_timeout
        ),
        # All voices in turn count as one try.
        tts_conn_options=APIConnectOptions(
            max_retry=1, retry_interval=0.1, timeout=settings.tts_timeout
        ),
    )
