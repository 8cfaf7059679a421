"""Turns that these tests share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from agent.latency.marks import Kind, Mark
from agent.latency.timeline import timeline
from agent.latency.turn_report import Flags, TurnReport

Seconds = Mapping[str, float]

USUAL: Seconds = MappingProxyType(
    {
        "endpoint": 0.250,
        "stt": 0.060,
        "end_of_turn": 0.050,
        "commit": 0.004,
        "llm": 0.250,
        "segmentation": 0.055,
        "pool": 0.001,
        "send": 0.001,
        "tts": 0.290,
        "decode": 0.005,
        "publish": 0.010,
        "play": 0.060,
    }
)
"""What each stage takes in an ordinary Turn without a preemptive reply."""


def acted_out(took: Seconds, *, origin: float = 0.0) -> dict[Mark, float]:
    """The Marks of a Turn whose stages take so long, each begun when what it waits for is done."""
    at = {Mark.SPEECH_END: origin}
    at[Mark.VAD_END] = origin + took["endpoint"]
    at[Mark.STT_FLUSHED] = at[Mark.VAD_END]
    at[Mark.STT_FINAL] = at[Mark.STT_FLUSHED] + took["stt"]
    at[Mark.TURN_PREDICTED] = at[Mark.VAD_END] + took["end_of_turn"]
    at[Mark.COMMITTED] = max(at[Mark.STT_FINAL], at[Mark.TURN_PREDICTED]) + took["commit"]
    at[Mark.LLM_REQUEST] = at[Mark.COMMITTED]
    chain = {
        Mark.FIRST_TOKEN: "llm",
        Mark.SEGMENT_READY: "segmentation",
        Mark.LEASED: "pool",
        Mark.SENT: "send",
        Mark.FIRST_BYTE: "tts",
        Mark.FIRST_PCM: "decode",
        Mark.FIRST_FRAME: "publish",
        Mark.FIRST_SAMPLE: "play",
    }
    before = Mark.LLM_REQUEST
    for mark, stage in chain.items():
        at[mark] = at[before] + took[stage]
        before = mark
    return at


@pytest.fixture(scope="session")
def usual() -> Seconds:
    """What each stage takes in an ordinary Turn."""
    return USUAL


@pytest.fixture(scope="session")
def act_out() -> Callable[..., dict[Mark, float]]:
    """Makes Marks from what each stage takes."""
    return acted_out


@pytest.fixture(scope="session")
def make_report() -> Callable[..., TurnReport]:
    """Makes a report; keywords are stages in seconds, flags, its `number`, or fields of it."""

    def make(**given: Any) -> TurnReport:
        took = {stage: given.pop(stage, seconds) for stage, seconds in USUAL.items()}
        fields = {"call": "room", "at": 1_790_000_000.5, "turn": given.pop("number", 1)}
        fields |= {n: given.pop(n) for n in ("heard", "said", "budget") if n in given}
        flags = Flags(**given)
        line = timeline(Kind.TURN, acted_out(took), cached=flags.cached, filler=flags.filler)
        return TurnReport(timeline=line, flags=flags, **fields)

    return make
