"""Turns replies and their interruptions into the reports of one call."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ..marks import Kind, Mark
from ..timeline import timeline
from ..turn_report import TurnReport
from .timed_reply import TimedReply


class Reporter:
    """Makes the reports of one call.

    Args:
        call: Name of the room.
        now: Time of the event loop's clock, which all Marks use.
    """

    def __init__(self, call: str, *, now: float) -> None:
        self._call = call
        # Read once, so that both reports of a reply have the same time.
        self._wall = time.time() - now

    def reply(self, reply: TimedReply) -> TurnReport | None:
        """Report how long a reply took to be heard; None if it answers no turn."""
        line = reply.timeline
        if reply.turn is None or line is None:
            return None
        return TurnReport(
            call=self._call,
            turn=reply.turn.number,
            at=self._wall + reply.marks[line.origin],
            timeline=line,
            flags=reply.flags,
            heard=reply.turn.heard,
            said=reply.said.strip(),
        )

    def interruption(self, reply: TimedReply, marks: Mapping[Mark, float]) -> TurnReport:
        """Report how long a reply continued after the caller had begun to speak."""
        return TurnReport(
            call=self._call,
            turn=reply.turn.number if reply.turn else 0,
            at=self._wall + marks[Mark.CALLER_BEGINS],
            timeline=timeline(Kind.INTERRUPTION, marks),
        )
