"""The worker's own HTTP server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from livekit.agents.utils.http_server import HttpServer

from agent.config.load import load_settings
from agent.latency import scrape
from agent.livekit_internals.server import HookedAgentServer
from agent.voice_agent_server import VoiceAgentServer, build_server

MakeWorker = Callable[[], VoiceAgentServer]
KEYS = ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")


@pytest.fixture
def make_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MakeWorker:
    """Makes workers that are not run, with the settings of the environment."""
    for name in KEYS:
        monkeypatch.setenv(f"{name}_API_KEY", "key")

    def make() -> VoiceAgentServer:
        settings = load_settings(env_file=tmp_path / ".env", needs_room=False)
        return build_server(settings, setup=lambda _: None, preload=[])

    return make


@pytest.fixture
def worker(make_worker: MakeWorker) -> VoiceAgentServer:
    """A worker that is not run."""
    return make_worker()


def test_health_and_metrics_are_on_loopback(
    make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless another address is set: LiveKit's default is every interface of the machine."""
    assert make_worker()._host == "127.0.0.1"
    monkeypatch.setenv("METRICS_HOST", "0.0.0.0")
    assert make_worker()._host == "0.0.0.0"


async def test_metrics_are_on_the_server_that_livekit_makes(
    worker: VoiceAgentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside LiveKit's pages, as text that Prometheus reads."""
    monkeypatch.delenv(scrape.VARIABLE, raising=False)
    with scrape.directory() as folder:
        worker._page = scrape.Page(folder)
        server = HttpServer("127.0.0.1", 0)
        worker.add_routes(server.app.router)
        await server.start()
        try:
            address = f"http://127.0.0.1:{server.port}/metrics"
            async with aiohttp.ClientSession() as session, session.get(address) as answer:
                assert answer.status == 200
                assert answer.headers["Content-Type"] == scrape.CONTENT_TYPE
                assert "python_info" in await answer.text()
        finally:
            await server.aclose()
    assert scrape.VARIABLE not in os.environ


@pytest.mark.parametrize(
    ("variable", "value", "option", "expected"),
    [
        ("LIVEKIT_URL", "wss://example.com", "_ws_url", "wss://example.com"),
        ("LIVEKIT_API_KEY", "other", "_api_key", "other"),
        ("LIVEKIT_API_SECRET", "x" * 32, "_api_secret", "x" * 32),
        ("METRICS_PORT", "9100", "_port", 9100),
        ("WORKER_IDLE_PROCESSES", "7", "_num_idle_processes", 7),
        ("WORKER_LOAD_THRESHOLD", "0.5", "busy_at", 0.5),
        ("WORKER_MEMORY_WARN_MB", "321", "_job_memory_warn_mb", 321),
        ("WORKER_MEMORY_LIMIT_MB", "4321", "_job_memory_limit_mb", 4321),
        ("WORKER_DRAIN_TIMEOUT", "60", "_drain_timeout", 60),
        ("LOG_LEVEL", "ERROR", "_log_level", "ERROR"),
    ],
)
def test_a_setting_of_the_worker_reaches_livekit(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
    value: str,
    option: str,
    expected: object,
) -> None:
    """Addresses, keys and limits."""
    for name in KEYS:
        monkeypatch.setenv(f"{name}_API_KEY", "key")
    monkeypatch.setenv(variable, value)
    given = load_settings(env_file=tmp_path / ".env", needs_room=False)
    made = build_server(given, setup=lambda _: None, preload=[])
    assert getattr(made, option) == expected


async def test_what_accompanies_the_worker_ends_with_it(
    worker: VoiceAgentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has begun when the worker serves."""
    steps: list[str] = []

    @asynccontextmanager
    async def companion() -> AsyncIterator[None]:
        steps.append("begun")
        yield
        steps.append("ended")

    async def run(*_: object, **__: object) -> None:
        steps.append("served")

    monkeypatch.setattr(HookedAgentServer, "run", run)
    monkeypatch.delenv(scrape.VARIABLE, raising=False)
    worker.accompanied_by = companion
    worker.log_words = True
    await worker.run()
    assert steps == ["begun", "served", "ended"]


async def test_a_worker_has_closed_once_what_accompanies_it_has_ended(
    worker: VoiceAgentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LiveKit's command line cancels every task after that: an outcome would not be posted."""
    closed, ended = asyncio.Event(), []

    async def served(*_: object, **__: object) -> None:
        await closed.wait()

    async def close(_: object) -> None:
        closed.set()

    monkeypatch.setattr(HookedAgentServer, "run", served)
    monkeypatch.setattr(HookedAgentServer, "aclose", close)

    @asynccontextmanager
    async def slow() -> AsyncIterator[None]:
        yield
        await asyncio.sleep(3)
        ended.append(True)

    worker.accompanied_by = slow
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    await worker.aclose()
    assert ended == [True]
    await running
