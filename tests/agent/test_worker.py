"""The worker: how it takes a call, step by step."""

from __future__ import annotations

import asyncio
import importlib
import json
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import CloseReason
from livekit.agents.llm import ChatContext
from pydantic import BaseModel

from agent.assistant import CallInfo
from agent.call.call import Call
from agent.call.components import CallComponents
from agent.config.load import load_settings
from agent.latency.journal import read
from agent.latency.live import publisher
from agent.outcome import Spool
from prewarm import connections, process
from tests.support.clinic import phrases
from tests.support.scripted_llm import ScriptedLLM
from tests.support.until import until

from . import made
from .made import KEYS

CALLER = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD


class Room(rtc.EventEmitter[str]):
    """A room that is joined when the job has connected."""

    def __init__(self) -> None:
        super().__init__()
        self.remote_participants: dict[str, Any] = {}
        self.local_participant = SimpleNamespace(register_rpc_method=self._offer)
        self.offered: list[str] = []
        self.typed: list[str] = []

    def _offer(self, method: str, _: object) -> None:
        self.offered.append(method)

    async def connect(self, *_: object) -> None: ...

    def register_text_stream_handler(self, topic: str, _: object) -> None:
        self.typed.append(topic)

    def isconnected(self) -> bool:
        return False

    def join(self, **attributes: str) -> None:
        """A caller comes."""
        caller = SimpleNamespace(kind=CALLER, attributes=attributes)
        self.remote_participants["caller"] = caller
        self.emit("participant_connected", caller)


class Session(rtc.EventEmitter[str]):
    """LiveKit's session, which notes what it is started with."""

    usage = SimpleNamespace(model_usage=[])
    current_agent: Any = None
    job: Job

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.job.steps.append("session made")

    async def start(self, *, agent: Any, session_host: bool, **_: Any) -> None:
        assert not session_host
        self.job.steps.append("session started")
        self.job.agent, self.job.session = agent, self
        self.current_agent = agent
        if self.job.start_fails is not None:
            raise self.job.start_fails
        # As LiveKit's, which needs the loop for a while.
        await asyncio.sleep(0)

    @property
    def room_io(self) -> Any:
        raise RuntimeError("the session has not started")


class Job:
    """A job, its process and its room, and what happens in it, in order."""

    def __init__(self, components: CallComponents, *, metadata: str = "", console: bool = False):
        self.steps: list[str] = []
        self.reasons: list[str] = []
        self.agent: Any = None
        self.session: Any = None
        self.start_fails: Exception | None = None
        self.join_fails: Exception | None = None
        self.room = Room()
        self.job = SimpleNamespace(metadata=metadata, room=SimpleNamespace(name="r", metadata=""))
        self.proc: Any = SimpleNamespace(userdata={})
        self._info = SimpleNamespace(accepted_at=0.0)
        self._is_console = console
        self._ended: list[Callable[[], Any]] = []
        self._components = components
        # As a warm process has them.
        process.warm_up(self.proc, lambda: components)

    def is_fake_job(self) -> bool:
        return self._is_console

    def add_shutdown_callback(self, callback: Callable[[], Any]) -> None:
        self._ended.append(callback)

    def shutdown(self, reason: str) -> None:
        self.reasons.append(reason)

    async def connect(self) -> None:
        self.steps.append("room asked")
        # Not before everything else is made.
        await until(lambda: "session started" in self.steps)
        if self.join_fails is not None:
            raise self.join_fails
        self.steps.append("room joined")

    async def end(self) -> None:
        """LiveKit ends the job: the session closes, then the callbacks run side by side."""
        if self.session is not None:
            event = SimpleNamespace(reason=CloseReason.JOB_SHUTDOWN)
            self.session.emit("close", event)
        await asyncio.gather(*(callback() for callback in self._ended))


@pytest.fixture(scope="module")
def worker() -> Iterator[Any]:
    """The worker's module, with the settings of tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(load_settings.__kwdefaults__, "env_file", Path("none"))
        for name, value in (KEYS | {"PHRASE_STORE_DIR": "/nonexistent/phrases"}).items():
            patch.setenv(name, value)
        # It lasts for the whole process.
        patch.setattr("agent.log_filters.install_log_filters", lambda: None)
        yield importlib.import_module("agent.worker")
        del sys.modules["agent.worker"]


@asynccontextmanager
async def taken(
    worker: Any,
    monkeypatch: pytest.MonkeyPatch,
    *,
    metadata: str = "",
    console: bool = False,
    **variables: str,
) -> AsyncIterator[Job]:
    """A job that is ready to be answered. When it has ended, nothing of the call is left."""
    async with made.components(**variables) as components:
        job = Job(replace(components, llm=ScriptedLLM()), metadata=metadata, console=console)  # type: ignore[arg-type]
        monkeypatch.setattr(worker, "settings", components.settings)
        monkeypatch.setattr(Session, "job", job, raising=False)
        monkeypatch.setattr("agent.call.session.AgentSession", Session)
        monkeypatch.setattr(connections, "warm", lambda _: job.steps.append("providers asked"))
        yield job
        await job.end()
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})


async def test_a_call_is_made_while_its_room_is_joined(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing waits for the room but what needs it, and the providers connect meanwhile."""
    async with taken(worker, monkeypatch, metadata='{"language": "hi-IN"}') as job:
        await worker.answer(job)
        assert job.steps == [
            "room asked",
            "providers asked",
            "session made",
            "session started",
            "room joined",
        ]
        assert job.reasons == []
        assert job.room.typed == ["lk.chat"]


async def test_a_call_begins_in_the_language_of_its_metadata(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is greeted at once, and the caller's attributes change nothing."""
    async with taken(worker, monkeypatch, metadata='{"language": "hi-IN"}') as job:
        await worker.answer(job)
        job.room.join(language="ta-IN")
        await asyncio.sleep(0)
        assert "begins in Hindi (hi-IN)" in job.agent.instructions
        assert job.agent.call.greets_on_enter


async def test_a_call_without_a_language_waits_for_that_of_its_caller(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the call turns to it, and then it is greeted."""
    greeted: list[str] = []
    monkeypatch.setattr(
        CallInfo, "greet", lambda self, _: greeted.append(self.speech.phrases.greeting)
    )
    async with taken(worker, monkeypatch, DEEPGRAM_LANGUAGE="") as job:
        await worker.answer(job)
        assert not job.agent.call.greets_on_enter
        assert greeted == []
        job.room.join(language="ta-IN")
        await until(lambda: bool(greeted))
        assert greeted == [phrases("ta-IN").greeting]
        assert "begins in Tamil (ta-IN)" in job.agent.instructions
        components = job._components
        assert components.primary_tts.engine.options.voice.target_language_code == "ta-IN"


@pytest.mark.parametrize("where", ["start_fails", "join_fails"])
async def test_a_room_that_cannot_be_joined_ends_the_job(
    worker: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    """In one line of the log. Nobody is waited for, and no operator is offered anything."""
    async with taken(worker, monkeypatch, TIMING_IN_ROOM="true") as job:
        setattr(job, where, rtc.ConnectError("no such server"))
        await worker.answer(job)
        assert job.reasons == ["the room cannot be joined"]
        assert job.room.offered == []
    [record] = [record for record in caplog.records if record.name == "agent.worker"]
    assert (record.message, record.__dict__["error"]) == (
        "the room cannot be joined",
        "no such server",
    )


async def test_a_session_that_cannot_start_is_an_error_of_the_job(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LiveKit logs it and ends the job; all that was made is closed with it."""
    async with taken(worker, monkeypatch) as job:
        job.start_fails = ValueError("a bug")
        with pytest.raises(ValueError, match="a bug"):
            await worker.answer(job)


async def test_components_that_cannot_begin_are_closed_with_the_job(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before there is a session."""

    def fail(_: object) -> None:
        raise OSError("no descriptors left")

    async with taken(worker, monkeypatch) as job:
        monkeypatch.setattr(connections, "warm", fail)
        with pytest.raises(OSError, match="no descriptors left"):
            await worker.answer(job)
        assert job.session is None
        assert job._components.aclose in job._ended
        job.steps.append("session started")  # The room may be joined.


async def test_the_job_ends_when_the_session_closes(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the caller has left, or a provider has failed for good."""
    async with taken(worker, monkeypatch) as job:
        await worker.answer(job)
        event = SimpleNamespace(reason=CloseReason.PARTICIPANT_DISCONNECTED)
        job.session.emit("close", event)
        assert job.reasons == ["participant_disconnected"]


async def test_a_room_without_a_caller_is_left(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After CALLER_TIMEOUT, counted from when the room is joined."""
    async with taken(worker, monkeypatch, CALLER_TIMEOUT="7") as job:

        def watch(room: object, *, timeout: float, on_timeout: Callable[[], None]) -> Any:
            assert job.steps[-1] == "room joined"
            assert (room, timeout) == (job.room, 7)
            return SimpleNamespace(start=on_timeout)

        monkeypatch.setattr("agent.call.call.CallerWatch", watch)
        await worker.answer(job)
        assert job.reasons == ["no caller in the room"]


async def test_fillers_are_as_the_settings_say(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many seconds, or none at all."""
    async with taken(worker, monkeypatch, FILLER_AFTER="2") as job:
        await worker.answer(job)
        assert job.agent.call.fillers._after == 2
    async with taken(worker, monkeypatch, FILLERS="false") as job:
        await worker.answer(job)
        assert job.agent.call.fillers is None


@pytest.mark.parametrize("in_room", [True, False])
async def test_operators_may_switch_where_timing_is_in_the_room(
    worker: Any, monkeypatch: pytest.MonkeyPatch, in_room: bool
) -> None:
    """Only there, and by default it is not."""
    given = {"TIMING_IN_ROOM": "true"} if in_room else {}
    async with taken(worker, monkeypatch, **given) as job:
        await worker.answer(job)
        assert job.room.offered == (["agent.switches"] if in_room else [])


@pytest.mark.parametrize(("relief", "hedges"), [("", False), ("hedge", True)])
async def test_a_slow_call_is_relieved_as_the_settings_say(
    worker: Any, monkeypatch: pytest.MonkeyPatch, relief: str, hedges: bool
) -> None:
    """By the mitigations that they name, and by default by none."""
    slow: list[Callable[[bool, str], None]] = []

    class Publisher(publisher.Publisher):
        def __init__(self, *given: Any, mitigate: Any, **options: Any) -> None:
            super().__init__(*given, mitigate=mitigate, **options)
            slow.append(mitigate)

    monkeypatch.setattr("agent.call.timing.Publisher", Publisher)
    async with taken(worker, monkeypatch, TTS_HEDGE="false", LATENCY_RELIEF=relief) as job:
        await worker.answer(job)
        slow[0](True, "tts")
        assert job._components.primary_tts.engine.options.synthesis.hedge is hedges


async def test_the_console_has_no_room(worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is joined, bounded or watched, and the caller is greeted at once."""
    async with taken(worker, monkeypatch, console=True, TIMING_IN_ROOM="true") as job:
        await worker.answer(job)
        assert job.steps == ["providers asked", "session made", "session started"]
        assert job.room.typed == job.room.offered == []
        assert job.agent.call.greets_on_enter


async def test_the_outcome_is_taken_before_the_components_are_closed(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When LiveKit says that the session has ended; a call that was never made has none."""
    taken_of: list[object] = []

    async def take(call: Call) -> None:
        taken_of.append(call)

    monkeypatch.setattr(Call, "take_outcome", take)
    async with taken(worker, monkeypatch) as job:
        await worker.take_outcome(job)
        assert taken_of == []
        await worker.answer(job)
        await worker.take_outcome(job)
        assert len(taken_of) == 1
    assert worker.server._session_end_fnc is worker.take_outcome


async def test_an_outcome_is_kept_where_the_settings_say(
    worker: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the journal's folder, in a file of its own that the journal deletes in time, and in the
    outbox."""

    class Sold(BaseModel):
        item: str

    async def records(*_: object) -> Sold:
        return Sold(item="tea")

    variables = {
        "JOURNAL_DIR": str(tmp_path / "calls"),
        "DATA_DIR": str(tmp_path / "data"),
        "OUTCOME_WEBHOOK_URL": "https://example.in/hook",
        "OUTCOME_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    async with taken(worker, monkeypatch, **variables) as job:
        await worker.answer(job)
        entry = type(job.agent)
        monkeypatch.setattr(entry, "outcome", Sold)
        monkeypatch.setattr(entry, "call_outcome", records)
        job.session.history, job.session.llm = ChatContext.empty(), None
        await worker.take_outcome(job)
    [kept] = (tmp_path / "calls").glob("*-r-outcome-*.jsonl")
    [waiting] = Spool(tmp_path / "data" / "outbox").waiting()
    assert kept.read_bytes() == waiting.path.read_bytes() + b"\n"
    assert json.loads(kept.read_text())["data"]["outcome"] == {"item": "tea"}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    # Nobody takes it for the timing of a turn.
    assert list(read(kept)) == []
