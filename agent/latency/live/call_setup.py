"""The start of a call, as Marks of its greeting."""

from __future__ import annotations

import asyncio

from livekit import rtc
from livekit.agents import JobContext

from ...livekit_internals.call import accepted_at
from ..marks import Mark
from .timed_audio_output import wall_to_loop_time


class CallSetup:
    """Follows a job from its acceptance until the caller can hear. Create it first thing in the
    job, before joining: its creation marks ENTERED."""

    def __init__(self, ctx: JobContext) -> None:
        self._clock = asyncio.get_running_loop().time
        now = self._clock()
        self.marks: dict[Mark, float] = {Mark.ENTERED: now}
        # Unknown, thus 0, in the console.
        if accepted := accepted_at(ctx):
            self.marks[Mark.ACCEPTED] = wall_to_loop_time(accepted, now)
        ctx.room.on("connection_state_changed", self._on_connection)
        ctx.room.on("local_track_subscribed", lambda _: self._began(Mark.SUBSCRIBED))

    def _on_connection(self, state: rtc.ConnectionState.ValueType) -> None:
        if state == rtc.ConnectionState.CONN_CONNECTED:
            self._began(Mark.CONNECTED)

    def _began(self, mark: Mark) -> None:
        self.marks.setdefault(mark, self._clock())
