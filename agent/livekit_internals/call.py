"""What LiveKit knows of a call and has no public API for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from livekit import rtc
from livekit.agents import JobContext
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import _SpeechHandleContextVar

current_speech: Final[ContextVar[SpeechHandle]] = _SpeechHandleContextVar
"""The speech that the current task works for; no value in tasks that work for none. The nodes of
an agent are not given it, and the events of the session name it only for whole replies."""


def is_interrupted_by_program(speech: SpeechHandle) -> bool:
    """Whether the speech was interrupted for a reason other than the caller's voice. `interrupted`
    does not say why."""
    return speech._interrupt_source == "programmatic"


def accepted_at(ctx: JobContext) -> float:
    """When the worker accepted the job, in seconds of Unix time; 0 in the console. LiveKit puts it
    in its traces alone."""
    return ctx._info.accepted_at


def change_room_options(room: rtc.Room, change: Callable[[rtc.RoomOptions], None]) -> None:
    """Have `change` complete the options with which a room is joined later. `JobContext.connect`
    builds them itself and takes no data stream options; so `connect` of this room is replaced."""
    connect = room.connect

    async def connect_with(url: str, token: str, options: rtc.RoomOptions | None = None) -> None:
        options = options or rtc.RoomOptions()
        change(options)
        await connect(url, token, options)

    room.connect = connect_with  # type: ignore[method-assign]
