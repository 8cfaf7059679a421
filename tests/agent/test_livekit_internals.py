"""One contract test for each private name of LiveKit and prometheus_client that the agent uses.

A test that fails names what has changed. `make upgrade-check` runs this file against the newest
release; so what is tested is imported in the tests, and a name that is gone fails one of them.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import livekit.agents
import pytest
from livekit import rtc
from livekit.agents import Agent, AgentServer, AgentSession, JobContext, inference, stt
from livekit.agents.voice import SpeechHandle
from prometheus_client import Counter, Gauge

from tests.support.private_names import shared_with_livekit
from tests.support.scripted_llm import ScriptedLLM

PACKAGE = Path(__file__).parents[2] / "agent/livekit_internals"
LIVEKIT = Path(livekit.agents.__file__).parents[1]


@contextmanager
def contract(name: str, module: str) -> Iterator[Any]:
    """Gives a module of the package; any failure says which name changed, and where to adapt."""
    try:
        yield import_module(f"agent.livekit_internals.{module}")
    except Exception as error:
        cause = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        pytest.fail(f"{name} has changed ({cause}): adapt agent/livekit_internals/{module}.py")


def source(of: Any) -> str:
    """The code of a class or a function, on one line."""
    return " ".join(inspect.getsource(of).split())


def test_every_private_name_of_the_package_has_a_contract() -> None:
    """A new one needs its test here."""
    private = re.compile(r"_[A-Za-z]\w*")
    used: set[str] = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    tests = Path(__file__).read_text(encoding="utf-8")
    named = set(re.findall(r"contract\(\s*\"[\w.]*?(\w+)\"", tests))
    ours = {"_hooked_http_server"}
    assert {name for name in used if private.fullmatch(name)} - ours <= named


@pytest.mark.parametrize("package", ["agent", "prewarm"])
def test_no_other_class_shares_a_private_name_with_its_base_in_livekit(package: str) -> None:
    """Neither on purpose nor by giving one of its own the same name."""
    assert shared_with_livekit(package).keys() <= {
        "agent.livekit_internals.server.HookedAgentServer"
    }


# server.py


async def test_agent_server_http_server() -> None:
    """`run` assigns it before it starts it, so that a route can be added."""
    with contract("AgentServer._http_server", "server") as internals:

        class Server(internals.HookedAgentServer):  # type: ignore[misc, name-defined]
            def add_routes(self, router: aiohttp.web.UrlDispatcher) -> None:
                async def answer(_: aiohttp.web.Request) -> aiohttp.web.Response:
                    return aiohttp.web.Response(text="ours")

                router.add_get("/ours", answer)

        server: Any = Server(host="127.0.0.1", port=0, num_idle_processes=0)

        @server.rtc_session()
        async def answer(_: JobContext) -> None:
            pass

        started = asyncio.Event()
        server.on("worker_started", started.set)
        running = asyncio.create_task(server.run(devmode=True, unregistered=True))
        try:
            waiting = asyncio.create_task(started.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            assert started.is_set()
            url = f"http://127.0.0.1:{server._http_server.port}/ours"
            async with aiohttp.ClientSession() as session, session.get(url) as page:
                assert await page.text() == "ours"
        finally:
            await server.aclose()
            await running


def test_agent_server_update_job_status() -> None:
    """`run` calls it for each process that starts, ends or takes a call."""
    with contract("AgentServer._update_job_status", "server"):
        assert inspect.iscoroutinefunction(AgentServer._update_job_status)
        assert list(inspect.signature(AgentServer._update_job_status).parameters) == [
            "self",
            "proc",
        ]
        run = source(AgentServer.run)
        assert "self._update_job_status(proc)" in run
        assert '"process_closed", _update_job_status' in run
        assert '"process_job_launched", _update_job_status' in run


@pytest.mark.parametrize("name", ["_refresh_worker_load", "_update_worker_status"])
def test_agent_server_reports_its_load_when_asked(name: str) -> None:
    """Both are coroutines without arguments."""
    with contract(f"AgentServer.{name}", "server"):
        method = getattr(AgentServer, name)
        assert inspect.iscoroutinefunction(method)
        assert list(inspect.signature(method).parameters) == ["self"]


async def test_agent_server_refresh_worker_load() -> None:
    """It sets `_worker_load` from `load_fnc`, which may take no argument."""
    with contract("AgentServer._refresh_worker_load", "server"):
        server = AgentServer(load_fnc=lambda: 0.25)
        await server._refresh_worker_load()
    with contract("AgentServer._worker_load", "server"):
        assert server._worker_load == 0.25


def test_agent_server_update_worker_status() -> None:
    """It sends the load and the state that follows from it."""
    with contract("AgentServer._update_worker_status", "server"):
        text = source(AgentServer._update_worker_status)
        assert "load=self._worker_load" in text
        assert "WS_FULL" in text


def test_agent_server_is_available() -> None:
    """It is asked when a call is offered, after the load was measured, and before any callback."""
    with contract("AgentServer._is_available", "server"):
        assert not inspect.iscoroutinefunction(AgentServer._is_available)
        offered = source(AgentServer._answer_availability)
        order = [
            offered.index(each)
            for each in ("_refresh_worker_load()", "_is_available()", "_request_fnc(")
        ]
        assert order == sorted(order)


def test_worker_options_load_fnc() -> None:
    """Its default measures the CPUs."""
    with contract("WorkerOptions.load_fnc", "server") as internals:
        assert 0 <= internals.cpu_load(AgentServer()) <= 1


# call.py


async def test_speech_handle_context_var() -> None:
    """In the nodes of an agent it has the speech that they work for."""
    with contract("agent_activity._SpeechHandleContextVar", "call") as internals:
        found: list[SpeechHandle] = []

        class Listening(Agent):
            async def llm_node(self, *_: Any) -> str:
                found.append(internals.current_speech.get())
                return "Yes."

        async with AgentSession(llm=ScriptedLLM(), vad=None) as session:
            await session.start(Listening(instructions=""))
            speech = session.generate_reply(user_input="?")
            await asyncio.wait_for(speech.wait_for_playout(), 10)
        assert found == [speech]
        assert internals.current_speech.get(None) is None


async def test_speech_handle_interrupt_source() -> None:
    """It says "programmatic" unless LiveKit names another cause, and keeps the first one."""
    with contract("SpeechHandle._interrupt_source", "call") as internals:
        speech = SpeechHandle.create()
        assert not internals.is_interrupted_by_program(speech)
        assert internals.is_interrupted_by_program(speech.interrupt())
        by_caller = SpeechHandle.create().interrupt(source="audio_activity")
        assert not internals.is_interrupted_by_program(by_caller)


class Room(rtc.Room):
    """One that connects to nothing, and keeps the options."""

    async def connect(self, url: str, token: str, options: Any = None) -> None:
        self.options = options
        raise rtc.ConnectError("no server")


@pytest.fixture
async def room() -> Room:
    """The room of a job."""
    return Room()


@pytest.fixture
async def job(room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> JobContext:
    """A job as LiveKit makes it in a process of its own."""
    # Its own directory would be deleted with a warning when the job is.
    directory = SimpleNamespace(name=str(tmp_path))
    monkeypatch.setattr("tempfile.TemporaryDirectory", lambda: directory)
    with contract("RunningJobInfo.accepted_at", "call"):
        module: Any = import_module("livekit.agents.job")
        info = module.RunningJobInfo(
            accept_arguments=module.JobAcceptArguments(name="", identity="", metadata=""),
            job=import_module("livekit.protocol.agent").Job(),
            url="ws://none",
            token="token",
            worker_id="",
            fake_job=False,
            accepted_at=12.5,
        )
    nothing: Any = SimpleNamespace()
    return JobContext(
        proc=nothing,
        info=info,
        room=room,
        on_connect=lambda: None,
        on_shutdown=lambda _: None,
        inference_executor=nothing,
    )


async def test_job_context_info(job: JobContext) -> None:
    """It has the time of acceptance, in seconds of Unix time, which the worker sets."""
    with contract("JobContext._info", "call") as internals:
        assert internals.accepted_at(job) == 12.5
        assert "accepted_at = time.time()" in source(AgentServer._answer_availability)


async def test_room_connect(job: JobContext, room: Room) -> None:
    """`JobContext.connect` calls the method of its room that we replace."""
    with contract("Room.connect", "call") as internals:

        def change(options: rtc.RoomOptions) -> None:
            options.data_stream = rtc.DataStreamOptions(max_payload_byte_length=1)

        internals.change_room_options(room, change)
        with pytest.raises(rtc.ConnectError):
            await job.connect()
        assert room.options.data_stream.max_payload_byte_length == 1


# streams.py


async def test_recognize_stream_push_frame() -> None:
    """The session pushes each frame of the caller by it."""
    with contract("RecognizeStream.push_frame", "streams") as internals:
        assert "stream.push_frame(frame)" in source(Agent.default.stt_node)
        pushed: list[str] = []
        stream: Any = SimpleNamespace(push_frame=lambda _: pushed.append("stream"))
        internals.call_after_each_frame(stream, lambda _: pushed.append("callback"))
        stream.push_frame(None)
        assert pushed == ["stream", "callback"]
        assert list(inspect.signature(stt.RecognizeStream.push_frame).parameters) == [
            "self",
            "frame",
        ]


TAKEN = {
    "predict": [],
    "cancel_inference": ["timed_out"],
    "flush": ["reason"],
    "unlikely_threshold": ["language"],
}


@pytest.mark.parametrize("name", TAKEN)
async def test_turn_detector_stream(name: str) -> None:
    """The session asks a detector by these methods of the instance that `stream` returns."""
    with contract(f"TurnDetector.stream().{name}", "streams") as internals:
        recognition: Any = import_module("livekit.agents.voice.audio_recognition")
        assert re.search(rf"turn_detector(_stream)?\.{name}\(", source(recognition))
        stream: Any = inference.TurnDetector(version="v1-mini").stream()
        try:
            own = internals.intercept(stream, SimpleNamespace(**dict.fromkeys(TAKEN, print)))
            assert getattr(stream, name) is print
            assert list(inspect.signature(getattr(own, name)).parameters) == TAKEN[name]
        finally:
            await type(stream).aclose(stream)


# log_texts.py


LIBRARY = "rtc/resources/*livekit_ffi.*"


@pytest.mark.parametrize(
    ("name", "where", "text"),
    [
        ("LOST_SERVER", "agents/worker.py", 'f"failed to connect to livekit, retrying'),
        ("LOST_SERVER", "agents/worker.py", 'f"failed to connect to livekit after'),
        ("CLOSED_SESSION_HOST", "agents/voice/remote_session.py", None),
        ("STREAM_IS_CLOSED", "agents/stt/stt.py", '{cls.__name__} is closed"'),
        ("STREAM_HAS_ENDED", "agents/stt/stt.py", '{cls.__name__} input ended"'),
        ("STREAM_IS_CLOSED", "plugins/deepgram/stt.py", "class SpeechStream("),
        ("LOST_ROOM", "agents/voice/remote_session.py", None),
        ("LOST_MCP_SERVER", "agents/llm/mcp.py", None),
        ("UNKNOWN_HANDLE", LIBRARY, None),
        ("DATA_CHANNEL", LIBRARY, None),
        ("UNREAD_STREAM", "rtc/room.py", '"ignoring text stream with topic '),
        ("UNREAD_STREAM", "rtc/room.py", '"ignoring byte stream with topic '),
        ("LIBRARY_MODULES", LIBRARY, "livekit_data_stream::"),
        ("LIBRARY_MODULES", LIBRARY, "livekit_rpc::"),
        ("BEFORE_WORDS", "agents/tts/tts.py", "frames were pushed for text: {"),
        ("BEFORE_WORDS", "agents/_exceptions.py", "body={self.body!r}"),
        ("BEFORE_WORDS", "rtc/room.py", '"error running user callback for %s: %s"'),
        ("BEFORE_WORDS", "agents/voice/keyterm_detection.py", "─ keyterm detection ─"),
        ("EXTRAS_WITH_WORDS", "agents/voice/keyterm_detection.py", '"keyterms changed"'),
        ("EXTRAS_WITH_WORDS", "agents/voice/keyterm_detection.py", '"added": ['),
        ("EXTRAS_WITH_WORDS", "agents/voice/keyterm_detection.py", '"removed": ['),
    ],
)
def test_log_text(name: str, where: str, text: str | None) -> None:
    """LiveKit still logs it: a text that has changed would be noise, or words in the log."""
    with contract(f"the log text {name}", "log_texts") as internals:
        wanted = (text or getattr(internals, name)).encode()
        has_it = any(wanted in path.read_bytes() for path in LIVEKIT.glob(where))
        assert has_it, f"not in {where}"


# metrics.py

# A process that counts, in a file or in itself.
COUNTING = """
from prometheus_client import Counter
from agent.livekit_internals import prometheus_files
if {in_memory}:
    prometheus_files.keep_in_memory()
Counter("calls", "help", ["kind"]).labels("turn").inc(3)
"""


def count(directory: Path, *, in_memory: bool) -> list[Path]:
    """The files of a process that has counted 3 calls."""
    subprocess.run(
        [sys.executable, "-c", COUNTING.format(in_memory=in_memory)],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(directory)},
        cwd=PACKAGE.parents[1],
        check=True,
    )
    return list(directory.iterdir())


def test_mmap_dict_read_all_values_from_file(tmp_path: Path) -> None:
    """It reads what a process has counted; the name of its file ends in the process id."""
    with contract("MmapedDict.read_all_values_from_file", "prometheus_files") as internals:
        [path] = count(tmp_path, in_memory=False)
        assert re.fullmatch(r"counter_\d+\.db", path.name)
        values = dict(internals.read_values(path))
        assert [value for key, value in values.items() if "calls_total" in key] == [3.0]
        (tmp_path / "damaged.db").write_bytes(b"\x7f" * 64)
        with pytest.raises(ValueError, match="corrupted"):
            internals.read_values(tmp_path / "damaged.db")


def test_mmap_dict_write_value(tmp_path: Path) -> None:
    """What it writes is read back, and fits into the size that is reserved."""
    with contract("MmapedDict.write_value", "prometheus_files") as internals:
        values = {"x" * length: float(length) for length in range(40)}
        path = tmp_path / "counter_ended.db"
        path.write_bytes(bytes(size := internals.size(values)))
        internals.write_values(path, values)
        assert dict(internals.read_values(path)) == values
        assert path.stat().st_size == size


def test_values_value_class(tmp_path: Path) -> None:
    """Metrics that are made later are kept in no file."""
    with contract("prometheus_client.values.ValueClass", "prometheus_files"):
        assert count(tmp_path, in_memory=True) == []
        # Each metric reads it when it is made.
        assert all("values.ValueClass(" in source(kind._metric_init) for kind in (Counter, Gauge))
