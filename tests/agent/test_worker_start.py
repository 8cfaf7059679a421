"""What the worker's module reads when it is imported, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import program
from tests.support.clinic import CLINIC

from .made import KEYS, session

ROOT = Path(__file__).parents[2]
_LOOK = """
import json
from types import SimpleNamespace
import agent.worker as worker
from prewarm import process

job = SimpleNamespace(userdata={})
loads = []
process.load_shared = lambda: loads.append("shared")
worker.warm_process(job)
print(json.dumps({
    "preloaded": worker.server._preload_modules,
    "ready": list(job.userdata),
    "loads": loads,
    "agent_name": worker.server._agent_name,
    "budget": worker.budget.name,
}))
"""


def start(tmp_path: Path, code: str = _LOOK, **variables: str) -> subprocess.CompletedProcess:
    """The module with these variables; a `.env` of the machine does not count."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = KEYS | {"PHRASE_STORE_DIR": str(tmp_path)} | variables
    empty = "import agent.config.load, pathlib\nagent.config.ENV_FILE = pathlib.Path('none')\n"
    empty += (
        "agent.config.load.load_settings.__kwdefaults__['env_file'] = agent.config.load.ENV_FILE\n"
    )
    return program.run(empty + code, environ=kept | given)


def look(tmp_path: Path, **variables: str) -> dict[str, Any]:
    """What the worker is with these variables."""
    done = start(tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def defaults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The worker as it is without settings; a process of its own takes seconds."""
    return look(tmp_path_factory.mktemp("phrases"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The worker with other settings."""
    return look(
        tmp_path_factory.mktemp("phrases"),
        PREWARM="false",
        AGENT_NAME="clinic",
        LATENCY_BUDGET="500",
    )


def test_prewarming_is_a_switch(defaults: dict[str, Any], changed: dict[str, Any]) -> None:
    """On, modules and clients are ready before they are needed; off, none of it is."""
    assert "prewarm.forkserver_preload" in defaults["preloaded"]
    assert (defaults["ready"], defaults["loads"]) == (["ready"], ["shared"])
    assert changed["preloaded"] == ["agent.worker"]
    assert changed["ready"] == changed["loads"] == []


async def test_without_prewarming_livekit_connects_to_the_primary_tts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the session starts, and to no other; so it does for the LLM."""
    asked: list[str] = []
    async with session(PREWARM="false") as under_test:
        adapter: Any = under_test.tts
        for voice in adapter._tts_instances:
            monkeypatch.setattr(voice, "prewarm", lambda name=voice.provider: asked.append(name))
        monkeypatch.setattr(under_test.llm, "prewarm", lambda: asked.append("LLM"))
        # Without a room nobody is greeted.
        monkeypatch.setattr(CLINIC.entry, "on_enter", lambda _: _nothing())
        await under_test.start(CLINIC.answer(CLINIC.new_call()))
        assert asked == ["LLM", "Sarvam"]
        await under_test.aclose()


async def _nothing() -> None: ...


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("agent_name", "", "clinic"),
        ("budget", "1200", "500"),
    ],
)
def test_a_setting_reaches_what_acts_on_it(
    defaults: dict[str, Any], changed: dict[str, Any], name: str, before: object, after: object
) -> None:
    """The name that rooms ask for, and the limits of a turn."""
    assert (defaults[name], changed[name]) == (before, after)


_REPORT = """
import logging, sys
import agent.worker as worker
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")
for listener in worker.server._events["worker_started"]:
    listener()
"""


def test_what_has_no_effect_is_a_warning_when_the_worker_starts(tmp_path: Path) -> None:
    """In one line, and the worker runs."""
    gateway = "https://gateway.example/text-to-speech"
    done = start(tmp_path, _REPORT, SARVAM_BASE_URL=gateway)
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if "no effect" in line]
    assert line.startswith("WARNING SARVAM_BASE_URL has no effect: it needs SARVAM_WS_URL")
