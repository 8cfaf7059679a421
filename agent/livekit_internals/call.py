"""Reads and sets what LiveKit keeps of a call without a public API."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from livekit import rtc
from livekit.agents import JobContext
from livekit.agents.voice import SpeechHandle
from livekit.agents.voice.agent_activity import _SpeechHandleContextVar

current_speech: Final[ContextVar[SpeechHandle]] = _SpeechHandleContextVar
"""The speech that the current task works for; unset in other tasks. LiveKit does not pass it to the
nodes of an agent, and the session's events name it only for whole replies."""


def is_interrupted_by_program(speech: SpeechHandle) -> bool:
    """Whether the speech was interrupted for a reason other than the caller's voice. `interrupted`
    does not say why."""
    return speech._interrupt_source == "programmatic"


def accepted_at(ctx: JobContext) -> float:
    """When the worker accepted the job, in seconds of Unix time; 0 in the console. LiveKit reports
    it in its traces alone."""
    return ctx._info.accepted_at


def change_room_options(room: rtc.Room, change: Callable[[rtc.RoomOptions], None]) -> None:
    """Have `change` complete the options with which a room is joined later. `JobContext.connect`
    builds the options itself and takes none for data streams, so this replaces the room's
    `connect`."""
    connect = room.connect

    async def connect_with(url: str, token: str, options: rtc.RoomOptions | None = None) -> None:
        options = options or rtc.RoomOptions()
        change(options)
        await connect(url, token, options)

    room.connect = connect_with  # type: ignore[method-assign]
