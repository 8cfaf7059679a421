"""Every private name of LiveKit that the bench uses, and why there is no public one."""

from __future__ import annotations

from typing import Final

from livekit.agents.utils import http_context
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import _SpeechHandleContextVar
from livekit.agents.voice.room_io._output import _ParticipantAudioOutput

RoomAudioOutput: Final = _ParticipantAudioOutput
"""A session's output to the room. LiveKit makes it in `session.start`, so that a delay in it can
only be injected into its class."""


def has_begun(output: _ParticipantAudioOutput) -> bool:
    """Whether a frame of the current piece of speech was pushed: no public property says so."""
    return output._pushed_duration > 0


def set_current_speech(speech: SpeechHandle) -> None:
    """What LiveKit does in the task of each reply; the collector reads it there. Outside a session
    there is no public way to."""
    _SpeechHandleContextVar.set(speech)


def open_http_session() -> None:
    """Make the HTTP session of a job, which the official plugin needs; LiveKit makes it for jobs
    alone."""
    http_context._new_session_ctx()


async def close_http_session() -> None:
    """Close it, as LiveKit does at the end of a job."""
    await http_context._close_http_ctx()
