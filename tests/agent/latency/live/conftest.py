"""What the tests of the shell share: who listens, and segments that were spoken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled import AttemptRecord, SegmentRecord
from opentelemetry.context import Context

from agent.latency.turn_report import TurnReport


class Listener:
    """Keeps the reports."""

    def __init__(self) -> None:
        self.played: list[TurnReport] = []
        self.ended: list[TurnReport] = []
        self.segments: list[SegmentRecord] = []
        self.heard = asyncio.Event()

    def playing(self, report: TurnReport) -> None:
        self.played.append(report)
        self.heard.set()

    def completed(self, report: TurnReport, context: Context | None) -> None:
        self.ended.append(report)

    def segment(self, record: SegmentRecord) -> None:
        self.segments.append(record)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> float:
    """Unix time in seconds, which stands still."""
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    return now


@pytest.fixture
def listener() -> Listener:
    """Keeps the reports."""
    return Listener()


@pytest.fixture(scope="session")
def make_segment() -> Callable[..., SegmentRecord]:
    """Makes the record of a Segment that was ready at `at`, and sounded 0.3 s later."""

    def make(index: int = 0, *, at: float = 0.0, sounds: bool = True, **given: Any) -> Any:
        attempt = AttemptRecord(
            started=at,
            leased=at + 0.001,
            sent=at + 0.002,
            first_byte=at + 0.299 if sounds else None,
            first_pcm=at + 0.3 if sounds else None,
            done=at + 0.5,
            reused=True,
        )
        record = SegmentRecord(index, 12, text_ready=at, attempts=[attempt])
        for name, value in given.items():
            setattr(record, name, value)
        return record

    return make
