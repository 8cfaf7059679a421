"""The event: what a receiver gets, and its bound."""

from __future__ import annotations

import json
from typing import Any

from agent.outcome.event import MAX_BYTES, OutcomeEvent


def event(outcome: Any) -> OutcomeEvent:
    return OutcomeEvent(
        id="evt_1",
        call="room",
        assistant="shop",
        language="hi-IN",
        began=1_790_000_000.0,
        ended=1_790_000_060.25,
        reason="participant_disconnected",
        outcome=outcome,
    )


def test_an_event_says_which_call_ended_when_why_and_with_what() -> None:
    """On one line, in UTF-8."""
    body = event({"name": "Asha", "note": "शुक्रिया\n"}).body()
    assert b"\n" not in body
    assert json.loads(body) == {
        "type": "call.outcome",
        "id": "evt_1",
        "timestamp": "2026-09-21T14:14:20.250+00:00",
        "data": {
            "call": "room",
            "assistant": "shop",
            "language": "hi-IN",
            "began": "2026-09-21T14:13:20.000+00:00",
            "ended": "2026-09-21T14:14:20.250+00:00",
            "reason": "participant_disconnected",
            "outcome": {"name": "Asha", "note": "शुक्रिया\n"},
            "problem": None,
        },
    }


def test_an_outcome_that_is_too_large_is_left_out_and_named() -> None:
    """The receiver still learns that the call ended."""
    body = event({"note": "x" * MAX_BYTES}).body()
    assert len(body) < 1000
    data = json.loads(body)["data"]
    assert data["outcome"] is None
    assert data["problem"] == f"the outcome has more than {MAX_BYTES} bytes"
