"""Turns that these tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.latency.marks import Kind, Mark
from agent.latency.timeline import timeline
from agent.latency.turn_report import TurnReport

USUAL = {
    Mark.VAD_END: 0.30,
    Mark.TURN_PREDICTED: 0.05,
    Mark.COMMITTED: 0.01,
    Mark.FIRST_TOKEN: 0.28,
    Mark.SEGMENT_READY: 0.03,
    Mark.LEASED: 0.001,
    Mark.SENT: 0.001,
    Mark.FIRST_BYTE: 0.27,
    Mark.FIRST_PCM: 0.001,
    Mark.FIRST_FRAME: 0.001,
    Mark.FIRST_SAMPLE: 0.02,
}
"""Seconds from each Mark's cause to it, one after the other."""
ENDS = {
    "endpoint": Mark.VAD_END,
    "end_of_turn": Mark.TURN_PREDICTED,
    "commit": Mark.COMMITTED,
    "llm": Mark.FIRST_TOKEN,
    "segmentation": Mark.SEGMENT_READY,
    "pool": Mark.LEASED,
    "send": Mark.SENT,
    "tts": Mark.FIRST_BYTE,
    "decode": Mark.FIRST_PCM,
    "publish": Mark.FIRST_FRAME,
    "play": Mark.FIRST_SAMPLE,
}


@pytest.fixture(scope="session")
def in_line() -> Callable[..., TurnReport]:
    """Makes a turn; keywords are seconds more in a stage, and `stt`, when the transcript came."""

    def make(*, stt: float = 0.33, **more: float) -> TurnReport:
        added = {ENDS[stage]: seconds for stage, seconds in more.items()}
        at = {Mark.SPEECH_END: 0.0, Mark.STT_FINAL: stt}
        now = 0.0
        for mark, seconds in USUAL.items():
            if mark is Mark.COMMITTED:
                now = max(now, stt)
            now += seconds + added.get(mark, 0.0)
            at[mark] = now
        at[Mark.LLM_REQUEST] = at[Mark.COMMITTED]
        return TurnReport(call="room", turn=1, at=0.0, timeline=timeline(Kind.TURN, at))

    return make
