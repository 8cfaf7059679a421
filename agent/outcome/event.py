"""The event that reports a call's outcome. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

TYPE: Final = "call.outcome"
MAX_BYTES: Final = 64_000
"""Of an event; receivers accept 100 KB and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvent:
    """One call's outcome. Times are seconds of Unix time."""

    id: str
    """The same in each delivery: a receiver takes an event once."""
    call: str
    """Name of the room."""
    assistant: str
    language: str
    began: float
    ended: float
    reason: str
    """Why the session closed (LiveKit's `CloseReason`)."""
    outcome: Any
    """The model's fields as JSON values; None if there is nothing to report or if it failed."""
    problem: str | None = None
    """Why there is no outcome, in words without any of the call's."""

    def body(self) -> bytes:
        """The event as JSON on one line, of at most `MAX_BYTES`."""
        data = _encoded(self, outcome=self.outcome, problem=self.problem)
        if len(data) <= MAX_BYTES:
            return data
        return _encoded(self, outcome=None, problem=f"the outcome has more than {MAX_BYTES} bytes")


def _encoded(event: OutcomeEvent, *, outcome: Any, problem: str | None) -> bytes:
    return json.dumps(
        {
            "type": TYPE,
            "id": event.id,
            "timestamp": _iso(event.ended),
            "data": {
                "call": event.call,
                "assistant": event.assistant,
                "language": event.language,
                "began": _iso(event.began),
                "ended": _iso(event.ended),
                "reason": event.reason,
                "outcome": outcome,
                "problem": problem,
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
