"""Replies and their interruptions -> reports of one call. The wall's clock is read once."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ..marks import Kind, Mark
from ..timeline import timeline
from ..turn import TurnReport
from .reply import TimedReply


class Reporter:
    """Makes the reports of one call.

    Args:
        call: Name of the room.
        now: The event loop's clock, in which all Marks are.
    """

    def __init__(self, call: str, *, now: float) -> None:
        self._call = call
        # One for the call, so that a report that is sent twice has one time.
        self._wall = time.time() - now

    def reply(self, reply: TimedReply) -> TurnReport | None:
        """Where the time went until it was heard; None for a reply that answers no turn."""
        line = reply.timeline
        if reply.turn is None or line is None:
            return None
        return TurnReport(
            call=self._call,
            turn=reply.turn.number,
            at=self._wall + reply.zero,
            timeline=line,
            flags=reply.flags,
            heard=reply.turn.heard,
            said=reply.said.strip(),
        )

    def interruption(self, reply: TimedReply, marks: Mapping[Mark, float]) -> TurnReport:
        """How long a reply went on after the caller had begun."""
        return TurnReport(
            call=self._call,
            turn=reply.turn.number if reply.turn else 0,
            at=self._wall + marks[Mark.CALLER_BEGINS],
            timeline=timeline(Kind.INTERRUPTION, marks),
        )
