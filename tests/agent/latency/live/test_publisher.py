"""Where reports go, and that nothing of it can fail a call."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agent.latency.budgets import load_budget
from agent.latency.journal import Journal
from agent.latency.live import publisher as module
from agent.latency.live.publisher import Publisher
from agent.latency.marks import Kind, Mark
from agent.latency.timeline import timeline
from agent.latency.turn_metrics import TurnMetrics
from agent.latency.turn_report import TurnReport
from agent.latency.usage import Usage

MakeReport = Callable[..., TurnReport]
WORDS = {"heard": "my name is Asha", "said": "Good morning"}


class Room:
    """Takes reports as the page does."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.failing = False

    async def send(self, report: str) -> None:
        if self.failing:
            raise ConnectionError("the room is gone")
        self.got.append(json.loads(report))


@pytest.fixture
def room() -> Room:
    """Takes reports as the page does."""
    return Room()


@pytest.fixture
def registry() -> CollectorRegistry:
    """Where this test's metrics are."""
    return CollectorRegistry()


@pytest.fixture
def slowness() -> list[tuple[bool, str]]:
    """What was reported of a slow call."""
    return []


@pytest.fixture
async def publisher(
    room: Room, registry: CollectorRegistry, slowness: list[tuple[bool, str]], tmp_path: Path
) -> Publisher:
    """Publishes to everything."""
    return Publisher(
        "room",
        budget=load_budget("1200"),
        metrics=TurnMetrics(registry),
        send=room.send,
        journal=partial(Journal, tmp_path / "calls", "room", now=0.0),
        mitigate=lambda slow, stage: slowness.append((slow, stage)),
    )


def journal(folder: Path) -> list[dict[str, Any]]:
    """What is on the disk."""
    paths = list((folder / "calls").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


async def test_a_turn_is_shown_at_once_and_kept_when_it_has_ended(
    publisher: Publisher,
    room: Room,
    registry: CollectorRegistry,
    tmp_path: Path,
    make_report: MakeReport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The page gets it twice, log, file and metrics once; the file ends with the summary."""
    caplog.set_level(logging.INFO)
    publisher.playing(make_report(**WORDS))
    publisher.completed(make_report(**WORDS, interrupted=True), None)
    await publisher.aclose(usage=lambda: [Usage(model="bulbul:v3", unit="characters", amount=10)])
    assert [report["flags"]["interrupted"] for report in room.got] == [False, True]
    assert [line["kind"] for line in journal(tmp_path)] == ["turn", "summary"]
    assert journal(tmp_path)[1]["characters"] == 10
    assert registry.get_sample_value("agent_turn_seconds_count", {"kind": "turn"}) == 1
    lines = [record for record in caplog.records if hasattr(record, "timing")]
    assert [record.getMessage() for record in lines] == [
        "a turn is within its budget",
        "call summary",
    ]
    assert lines[0].timing.startswith("turn 1: ")
    assert "Asha" not in caplog.text + "".join(str(vars(record)) for record in caplog.records)


async def test_a_turn_over_its_budget_is_a_warning_with_the_dominant_stage(
    publisher: Publisher,
    slowness: list[tuple[bool, str]],
    registry: CollectorRegistry,
    make_report: MakeReport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And three of them make the call a slow one, which is counted and reported."""
    for number in (1, 2, 3):
        publisher.completed(make_report(number=number, llm=1.5), None)
    await publisher.aclose(usage=list)
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [record.getMessage() for record in warnings] == [
        "a turn is over its budget",
        "a turn is over its budget",
        "a turn is over its budget",
        "this call is slow, turn after turn",
    ]
    assert {record.look_at for record in warnings} == {"llm"}
    assert slowness == [(True, "llm")]
    assert registry.get_sample_value("agent_degraded_total", {"stage": "llm"}) == 1


async def test_only_turns_make_a_call_slow(
    publisher: Publisher,
    slowness: list[tuple[bool, str]],
    make_report: MakeReport,
) -> None:
    """A slow greeting and slow interruptions are no turns, and fast ones end no slowness."""
    greeting = timeline(Kind.GREETING, {Mark.ACCEPTED: 0.0, Mark.FIRST_SAMPLE: 9.0})
    slow_stop = timeline(Kind.INTERRUPTION, {Mark.CALLER_BEGINS: 0.0, Mark.SILENT: 9.0})
    for line in (greeting, slow_stop, slow_stop):
        publisher.completed(replace(make_report(), timeline=line), None)
    for number in (1, 2, 3):
        publisher.completed(make_report(number=number, llm=1.5), None)
    fast_stop = timeline(Kind.INTERRUPTION, {Mark.CALLER_BEGINS: 0.0, Mark.SILENT: 0.1})
    for _ in range(5):
        publisher.completed(replace(make_report(), timeline=fast_stop), None)
    await publisher.aclose(usage=list)
    assert slowness == [(True, "llm")]


async def test_bars_are_drawn_for_those_who_debug(
    publisher: Publisher, make_report: MakeReport, caplog: pytest.LogCaptureFixture
) -> None:
    """One bar for each stage."""
    caplog.set_level(logging.DEBUG, logger=module.__name__)
    publisher.playing(make_report())
    await publisher.aclose(usage=list)
    assert "█" in caplog.text


async def test_a_room_that_is_gone_costs_only_its_page(
    publisher: Publisher, room: Room, tmp_path: Path, make_report: MakeReport
) -> None:
    """The file is whole."""
    room.failing = True
    publisher.playing(make_report())
    publisher.completed(make_report(), None)
    await publisher.aclose(usage=list)
    assert [line["kind"] for line in journal(tmp_path)] == ["turn", "summary"]


async def test_a_mistake_costs_one_report(
    publisher: Publisher,
    room: Room,
    make_report: MakeReport,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Those behind it are reported."""
    with monkeypatch.context() as patch:
        patch.setattr(module.waterfall, "line", lambda report: 1 / 0)
        publisher.playing(make_report(number=1))
        await publisher._queue.join()
    publisher.playing(make_report(number=2))
    await publisher.aclose(usage=list)
    assert [report["turn"] for report in room.got] == [2]
    assert "a timing report was lost" in caplog.text


async def test_the_end_of_a_call_waits_for_no_one(
    publisher: Publisher,
    make_report: MakeReport,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A room that takes nothing any more is given up; the file is whole all the same."""

    async def hang(_: str) -> None:
        await asyncio.Event().wait()

    publisher._send = hang
    publisher.completed(make_report(number=1), None)
    # The first report is on its way to the room when the call ends.
    await asyncio.sleep(0.5)
    for number in (2, 3, 4, 5):
        publisher.playing(make_report(number=number))
        publisher.completed(make_report(number=number), None)
    async with asyncio.timeout(2.5):
        await publisher.aclose(usage=list)
    assert "could not be delivered before the call ended" in caplog.text
    assert [line.get("turn") for line in journal(tmp_path)] == [1, 2, 3, 4, 5, None]


async def test_a_late_greeting_is_not_called_a_turn(
    publisher: Publisher, make_report: MakeReport, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is an interruption."""
    greeting = timeline(Kind.GREETING, {Mark.ACCEPTED: 0.0, Mark.FIRST_SAMPLE: 9.0})
    slow_stop = timeline(Kind.INTERRUPTION, {Mark.CALLER_BEGINS: 0.0, Mark.SILENT: 9.0})
    for line in (greeting, slow_stop):
        publisher.completed(replace(make_report(), timeline=line), None)
    await publisher.aclose(usage=list)
    assert [record.getMessage() for record in caplog.records] == [
        "the greeting is over its budget",
        "an interruption is over its budget",
    ]


async def test_a_journal_is_closed_behind_its_last_write(
    room: Room,
    registry: CollectorRegistry,
    make_report: MakeReport,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The end of a call does not wait for a slow disk, so the write may outlast it."""
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 0.05)
    done: list[str] = []
    released, closed = threading.Event(), threading.Event()

    class SlowDisk(Journal):
        def write(self, line: str) -> None:
            released.wait(60)
            done.append("written")

        def close(self) -> None:
            done.append("closed")
            closed.set()

    publisher = Publisher(
        "room",
        budget=load_budget("1200"),
        metrics=TurnMetrics(registry),
        send=None,
        journal=lambda: SlowDisk(tmp_path, "room", now=0.0),
    )
    publisher.completed(make_report(), None)
    await publisher.aclose(usage=list)
    assert done == []
    released.set()
    assert await asyncio.to_thread(closed.wait, 60)
    assert done == ["written", "closed"]


async def test_what_was_sent_is_billed(
    publisher: Publisher, registry: CollectorRegistry, make_segment: Callable[..., Any]
) -> None:
    """A hedge once more, a phrase from the cache and another provider's voice not at all."""
    hedged, cached, other = make_segment(), make_segment(), make_segment()
    other.attempts[0].fallback_tts, other.attempts[0].leased = True, None
    hedged.attempts *= 2
    cached.attempts[0].sent = cached.attempts[0].leased = None
    publisher.segment(hedged)
    publisher.segment(cached)
    publisher.segment(other)
    assert publisher.characters == 24
    assert registry.get_sample_value("agent_connections_total", {"kind": "reused"}) == 2
    await publisher.aclose(usage=list)
