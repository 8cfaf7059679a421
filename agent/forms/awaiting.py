"""Connects a form with the call's turn detector: while the agent waits for a form's answer, the
length of silence that ends the turn depends on how much of the answer has been said."""

from __future__ import annotations

from typing import Any

from livekit.agents import AgentSession

from ..turns.detector import EndpointingTurnDetector
from ..turns.expected import Expected


def expect(session: AgentSession[Any], expected: Expected | None) -> None:
    """Have the caller's next turns judged by what the agent has asked for; None judges them as any
    other. It lasts until a turn that does not concern it, so call it again with each question.

    Without the call's turn detector (in text, or with TURN_DETECTOR=false) nothing changes.
    """
    if isinstance(detector := session.turn_detection, EndpointingTurnDetector):
        detector.expect(expected)
