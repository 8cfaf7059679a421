"""Settings and a served playground for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from playground.library import LIBRARY
from playground.server import create_app
from playground.settings import Settings


@pytest.fixture
def make_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Makes settings that owe nothing to this machine's environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def make(**changes: Any) -> Settings:
        values = {
            "livekit_url": "ws://127.0.0.1:7880",
            "livekit_api_key": "a-key",
            "livekit_api_secret": "a-secret-that-only-the-server-knows-0000",
        }
        return Settings(**{**values, **changes})

    return make


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder in which npm seems to have been."""
    library = tmp_path / LIBRARY
    library.parent.mkdir(parents=True)
    library.write_text("export const version = '0';\n")
    return tmp_path


@pytest.fixture
async def client(
    make_settings: Callable[..., Settings], installed: Path
) -> AsyncIterator[TestClient[Any, Any]]:
    """A client of a playground with two simulated providers."""
    settings = make_settings(sandbox_providers=("sarvam", "deepgram"))
    async with TestClient(TestServer(create_app(settings, root=installed))) as client:
        yield client
