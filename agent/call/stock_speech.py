"""Says a stock phrase outside the conversation: from the store if it is there, else by the TTS."""

from __future__ import annotations

from livekit.agents import NOT_GIVEN, AgentSession, NotGivenOr
from livekit.agents.voice import SpeechHandle

from prewarm.stock import frames


def say_stock(
    session: AgentSession[None],
    text: str,
    pcm: bytes | None,
    *,
    sample_rate: int,
    allow_interruptions: NotGivenOr[bool] = NOT_GIVEN,
) -> SpeechHandle:
    """Say `text` after what is said now. The model is not told of it, as it is no answer.

    Args:
        pcm: The sound of it, s16le mono; None to ask the TTS.
        sample_rate: Hz of that sound.

    Raises:
        RuntimeError: The session is closing, or not yet started.
    """
    return session.say(
        text,
        audio=NOT_GIVEN if pcm is None else frames(pcm, sample_rate=sample_rate),
        allow_interruptions=allow_interruptions,
        add_to_chat_ctx=False,
    )
