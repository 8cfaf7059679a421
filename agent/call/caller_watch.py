"""Ends a call that has no caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from livekit import rtc
from livekit.agents.job import DEFAULT_PARTICIPANT_KINDS


class CallerWatch:
    """Watches a connected room, and reports each time that it has had no caller for a while.

    LiveKit ends the session by itself when a caller hangs up. This is for a caller who left before
    the agent joined, one who never came, and a connection that broke and was not restored.

    Args:
        timeout: Seconds without a caller.
        on_timeout: Called after them.
    """

    def __init__(self, room: rtc.Room, *, timeout: float, on_timeout: Callable[[], None]) -> None:
        self._room = room
        self._timeout = timeout
        self._on_timeout = on_timeout
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start watching."""
        self._room.on("participant_connected", self._look)
        self._room.on("participant_disconnected", self._look)
        self._look()

    def _look(self, _: rtc.RemoteParticipant | None = None) -> None:
        if any(map(is_caller, self._room.remote_participants.values())):
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._timeout, self._on_timeout)


def is_caller(participant: rtc.RemoteParticipant) -> bool:
    """Whether the agent talks to this participant: a page, an app or a telephone, by LiveKit's own
    rule."""
    return participant.kind in DEFAULT_PARTICIPANT_KINDS
