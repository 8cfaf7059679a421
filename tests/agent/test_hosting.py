"""The worker's own HTTP server."""

from __future__ import annotations

import os
from pathlib import Path

import aiohttp
import pytest
from livekit.agents.utils.http_server import HttpServer

from agent.config import load_settings
from agent.hosting import Worker, build_server
from agent.latency import scrape

KEYS = ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Worker:
    """A worker that is not run."""
    for name in KEYS:
        monkeypatch.setenv(f"{name}_API_KEY", "key")
    settings = load_settings(env_file=tmp_path / ".env", needs_room=False)
    return build_server(settings, setup=lambda _: None, preload=[])


async def test_metrics_are_on_the_server_that_livekit_makes(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside its own pages, as text that Prometheus reads."""
    monkeypatch.delenv(scrape.VARIABLE, raising=False)
    with scrape.directory() as folder:
        worker._page = scrape.Page(folder)
        worker._http_server = server = HttpServer("127.0.0.1", 0)
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
