"""What timing a call costs: CPU for each second of a call, and time on the caller's path.

Each part runs alone on the data of a call, less the cost of passing that data on without it. The
call has a turn every six seconds, and both sides talk all the time.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from livekit import rtc
from livekit.agents import UserStateChangedEvent
from livekit.agents.llm import ChatChunk, ChatMessage, ChoiceDelta
from livekit.agents.voice import SpeechHandle
from livekit.plugins.sarvam_pooled import AttemptRecord, SegmentRecord
from opentelemetry.context import Context
from prometheus_client import CollectorRegistry, values

from agent.latency.budgets import load_budget
from agent.latency.journal import Journal
from agent.latency.live.collector import Collector
from agent.latency.live.publisher import Publisher, Send
from agent.latency.scrape import VARIABLE
from agent.latency.turn_metrics import TurnMetrics
from agent.latency.turn_report import TurnReport
from bench.livekit_internals import set_current_speech
from bench.real_calls import simulated
from sandbox.caller.client import caller_token
from sandbox.stack.environment import PROVIDERS, key_name
from sandbox.stack.stack import stack

SHARE: Final = 0.01
"""Of a core, for a call."""
PATH: Final = 0.001
"""Seconds by which timing may delay the answer to a turn."""

_SECONDS: Final = 10  # of a call
_TOKENS: Final = 60  # a second, of a fast model
_TURNS: Final = 200
_TURN_EVERY: Final = 6.0  # seconds
_REPORTS: Final = 2  # of a turn: as it sounds, and as it ended
_FRAME: Final = rtc.AudioFrame(bytes(960), 24000, 1, 480)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of one part."""

    what: str
    us: float
    each: str
    """What costs this many microseconds: a frame, a token, a turn."""
    share: float
    """Of a core, in a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The cost of all parts."""

    parts: tuple[Cost, ...]
    path_us: float
    """Microseconds of work between the caller's last sound and the agent's first."""

    @property
    def share(self) -> float:
        """Of a core."""
        return sum(part.share for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the limits are kept."""
        return self.share < SHARE and self.path_us < PATH * 1e6


class _Session:
    """Keeps the collector's handlers, so that they can be called without an emitter's cost."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.handlers[event] = handler


class _LastReport:
    """Keeps the last report."""

    report: TurnReport | None = None

    def playing(self, report: TurnReport) -> None:
        self.report = report

    def completed(self, report: TurnReport, context: Context | None) -> None:
        self.report = report

    def segment(self, record: SegmentRecord) -> None:
        pass


async def measure() -> Costs:
    """Measure every part; about half a minute."""
    asyncio.get_running_loop().set_debug(False)
    last, session = _LastReport(), _Session()
    collector = Collector("room", last, session, setup={})  # type: ignore[arg-type]
    set_current_speech(SpeechHandle.create())
    streams = [await each for each in _streams(collector)]
    events, path = await _turns(collector, session)
    assert last.report is not None
    published = await _published(last.report)
    sent = await _sent(last.report.to_json())
    parts = (
        *streams,
        _per_turn("a turn's events, into a report", events),
        _per_turn("log, journal and metrics", published),
        _per_turn("the room's text stream, both ends of it", _REPORTS * sent),
    )
    return Costs(parts=parts, path_us=path * 1e6)


def _per_turn(what: str, seconds: float) -> Cost:
    return Cost(what=what, us=seconds * 1e6, each="a turn", share=seconds / _TURN_EVERY)


def _streams(collector: Collector) -> list[Any]:
    """The caller's frames, the LLM's tokens and the TTS's frames, each less the cost of a pass."""
    noise = np.random.default_rng(1)
    heard = [
        rtc.AudioFrame(noise.normal(0, 2000, 160).astype(np.int16).tobytes(), 16000, 1, 160)
        for _ in range(_SECONDS * 100)
    ]
    tokens = [ChatChunk(id="1", delta=ChoiceDelta(content="word "))] * (_SECONDS * _TOKENS)
    voice = [_FRAME] * _SECONDS * 50
    return [
        _stream("the caller's audio", "a frame of 10 ms", heard, collector.on_stt_audio),
        _stream("the LLM's text", "a token", tokens, collector.on_llm_stream),
        _stream(
            "the agent's audio",
            "a frame of 20 ms",
            voice,
            collector.on_tts_stream,
        ),
    ]


async def _stream(what: str, each: str, items: list[Any], listen: Callable[..., Any]) -> Cost:
    untimed = await _cpu(partial(_each, items))
    timed = await _cpu(lambda: listen(_each(items)))
    seconds = max(0.0, timed - untimed)
    return Cost(what=what, us=seconds / len(items) * 1e6, each=each, share=seconds / _SECONDS)


async def _cpu(make: Callable[[], AsyncIterator[Any]]) -> float:
    """Seconds of CPU to pass every item on, the least of five."""
    took = []
    for _ in range(5):
        began = time.thread_time()
        async for _ in make():
            pass
        took.append(time.thread_time() - began)
    return min(took)


async def _each(items: list[Any]) -> AsyncGenerator[Any]:
    for item in items:
        yield item


async def _turns(collector: Collector, session: _Session) -> tuple[float, float]:
    """Seconds of CPU for a turn's events, and seconds for which its answer waits for them."""
    clock, message = asyncio.get_running_loop().time, ChatMessage(role="user", content=["Yes."])
    ended = UserStateChangedEvent(old_state="speaking", new_state="listening")
    whole, path = [], []
    for _ in range(_TURNS):
        speech = SpeechHandle.create()
        set_current_speech(speech)
        cpu, began = time.thread_time(), time.perf_counter()
        session.handlers["user_state_changed"](ended)
        collector.predicted(clock(), predicts_end=True)
        collector.commit(message)
        async for _ in collector.on_llm_stream(_each(["Good morning."])):
            pass
        async for _ in collector.on_tts_stream(_each([_FRAME])):
            pass
        collector.segment(_segment(clock()))
        collector.published(clock())
        path.append(time.perf_counter() - began)
        collector.playing(clock())
        collector.complete_all()
        whole.append(time.thread_time() - cpu)
    return sorted(whole)[_TURNS // 2], sorted(path)[_TURNS // 2]


def _segment(at: float) -> SegmentRecord:
    attempt = AttemptRecord(
        started=at, leased=at, sent=at, first_byte=at, first_pcm=at, done=at, reused=True
    )
    return SegmentRecord(0, 12, text_ready=at, attempts=[attempt])


async def _published(report: TurnReport) -> float:
    """Seconds of CPU of all threads for a turn's reports: a log line, the journal, the metrics."""
    with TemporaryDirectory(prefix="overhead-") as folder:
        os.environ[VARIABLE], single = folder, values.ValueClass
        # As in the process of a call, which counts in a file that is mapped into memory.
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        try:
            metrics = TurnMetrics(CollectorRegistry())
        finally:
            values.ValueClass = single
            del os.environ[VARIABLE]
        publisher = Publisher(
            "room",
            budget=load_budget(),
            metrics=metrics,
            send=_nowhere,
            journal=lambda: Journal(Path(folder), "room", now=time.time()),
        )
        began = time.process_time()
        for number in range(_TURNS):
            line = TurnReport(
                call="room", turn=number, at=report.at + number, timeline=report.timeline
            )
            publisher.playing(line)
            publisher.completed(line, None)
        await publisher.aclose(usage=list)
        return (time.process_time() - began) / _TURNS


async def _nowhere(_: str) -> None:
    """In place of the room, which `_sent` measures."""


async def _sent(text: str) -> float:
    """Seconds of CPU for a message over a room's text stream, including its arrival."""
    # With every key given, no stand-in is started.
    keys = {key_name(provider): "none-is-called" for provider in PROVIDERS}
    with TemporaryDirectory(prefix="overhead-") as folder:
        options = simulated(Path(folder), keys, with_worker=False)
        async with stack(options) as running:
            rooms = [rtc.Room(), rtc.Room()]
            arrived: asyncio.Queue[str] = asyncio.Queue()
            rooms[1].register_text_stream_handler("agent.latency", partial(_take, arrived))
            for identity, room in zip(("agent", "caller"), rooms, strict=True):
                token = caller_token(
                    running.api_key, running.api_secret, room="weighed", identity=identity
                )
                await room.connect(running.livekit_url, token)
            send: Send = partial(rooms[0].local_participant.send_text, topic="agent.latency")  # type: ignore[assignment]
            idle = await _idle()
            began, at = time.process_time(), time.perf_counter()
            for _ in range(_TURNS):
                await send(text)
                await arrived.get()
            spent = time.process_time() - began - idle * (time.perf_counter() - at)
            for room in rooms:
                await room.disconnect()
            return max(0.0, spent) / _TURNS


def _take(arrived: asyncio.Queue[str], reader: rtc.TextStreamReader, _: str) -> None:
    async def read() -> None:
        arrived.put_nowait(await reader.read_all())

    task = asyncio.get_running_loop().create_task(read())
    task.add_done_callback(lambda done: done.result())


async def _idle() -> float:
    """Share of a core that two idle rooms take."""
    began, at = time.process_time(), time.perf_counter()
    await asyncio.sleep(1.0)
    return (time.process_time() - began) / (time.perf_counter() - at)
