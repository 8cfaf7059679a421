"""The stock phrases of a simulated stack: spoken by the worker's own command, or left out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from livekit.plugins.sarvam_pooled import PhraseStore
from livekit.plugins.sarvam_pooled.phrases.listing import entries

from agent.call.components import build_tts
from agent.call.phrase_cache import warn_of_missing
from agent.config.settings import Settings
from sandbox.conditions import INSTANT
from sandbox.sarvam import SarvamStandIn
from sandbox.stack import BringUpError, stock_phrases, worker
from sandbox.stack import environment as env
from sandbox.stack import stack as stacks
from sandbox.stack.livekit_binary import ROOT
from sandbox.stack.processes import Child, children
from sandbox.stack.stack import StackOptions, stack
from sandbox.standin import serve
from tests.support.clinic import TABLE
from tests.support.clinic import phrases as stock


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of somebody without keys who speaks Hindi."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"AGENT_LANGUAGE": "hi-IN", "PHRASE_STORE_DIR": str(tmp_path / "phrases")}


async def test_phrases_of_the_agents_language_are_spoken(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """All of them, under keys that are not Sarvam's; and the end of the build is no failure."""
    async with (
        serve(SarvamStandIn(latency=INSTANT)) as at,
        children(tmp_path / "logs") as started,
    ):
        await stock_phrases.build(
            started, environment=environment | env.of_stand_ins({"sarvam": at})
        )
        assert started.running == ()
    kept = list(entries(PhraseStore(tmp_path / "phrases")))
    assert {entry.key.text for entry in kept} >= set(stock("hi-IN").all)
    assert {entry.key.provider for entry in kept} == {"sarvam@127.0.0.1"}


async def test_a_build_that_fails_says_why(environment: dict[str, str], tmp_path: Path) -> None:
    """By the last lines of its log."""
    async with children(tmp_path / "logs") as started:
        with pytest.raises(BringUpError, match=r"phrases ended with 2(.|\n)*SARVAM_WS_URL"):
            await stock_phrases.build(
                started,
                environment=environment | env.of_stand_ins({"sarvam": "no address"}),
            )


async def test_a_build_that_hangs_is_ended(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack is not kept waiting."""
    monkeypatch.setattr(stock_phrases, "TIMEOUT", 0.01)
    async with children(tmp_path / "logs") as started:
        with pytest.raises(BringUpError, match="took longer than"):
            await stock_phrases.build(started, environment=environment)
        assert started.running == ()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Mapping[str, str]]]:
    """The environments of the requested builds, all of which fail."""
    asked: list[Mapping[str, str]] = []

    async def build(_: Any, *, environment: Mapping[str, str]) -> None:
        asked.append(environment)
        raise BringUpError("no voice today")

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(stock_phrases, "build", build)
    for part in (stacks.stand_ins, stacks.worker):
        monkeypatch.setattr(part, "start", nothing)
    monkeypatch.setattr(stacks.worker, "lacks_phrases", lambda _: True)
    return asked


async def test_a_stack_comes_up_without_them(
    built: list[Mapping[str, str]], environment: dict[str, str], tmp_path: Path
) -> None:
    """A failed build costs nothing but the hits; the worker has the same folder."""
    options = StackOptions(
        environ={**os.environ, **environment, "LIVEKIT_URL": ""},
        env_file=tmp_path / ".env",
        logs=tmp_path / "logs",
        with_playground=False,
    )
    async with stack(options) as up:
        assert up.environment["PHRASE_STORE_DIR"] == environment["PHRASE_STORE_DIR"]
    assert [one["SARVAM_API_KEY"] for one in built] == [env.STAND_IN_KEY]


async def test_nothing_is_built_that_is_there(
    built: list[Mapping[str, str]],
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker has looked already; a second look costs as much as its start."""
    monkeypatch.setattr(stacks.worker, "lacks_phrases", lambda _: False)
    options = StackOptions(
        environ={**os.environ, **environment, "LIVEKIT_URL": ""},
        env_file=tmp_path / ".env",
        logs=tmp_path / "logs",
        with_playground=False,
    )
    async with stack(options):
        assert built == []


async def test_the_worker_says_what_it_lacks(
    environment: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The message for which its log is searched."""
    values = {name.lower(): value for name, value in environment.items()}
    keys = {f"{name}_api_key": "a-key" for name in env.PROVIDERS}
    settings = Settings.model_validate(values | keys)
    warn_of_missing(settings, build_tts(settings), TABLE)
    [record] = caplog.records
    log = tmp_path / "worker.log"
    log.write_text(json.dumps({"message": record.getMessage()}))
    assert worker.lacks_phrases(cast("Child", SimpleNamespace(log=log)))
    log.write_text(json.dumps({"message": "registered worker"}))
    assert not worker.lacks_phrases(cast("Child", SimpleNamespace(log=log)))


async def test_nothing_is_built_with_a_real_voice(
    built: list[Mapping[str, str]], environment: dict[str, str], tmp_path: Path
) -> None:
    """That costs money, and is `make prewarm`'s to do."""
    options = StackOptions(
        environ={**os.environ, **environment, "LIVEKIT_URL": "", "SARVAM_API_KEY": "a-key"},
        env_file=tmp_path / ".env",
        logs=tmp_path / "logs",
        with_playground=False,
    )
    async with stack(options):
        assert built == []


@pytest.mark.parametrize(
    ("named", "folder"),
    [
        ("", ROOT / Settings.model_fields["phrase_store_dir"].default),
        ("somewhere", ROOT / "somewhere"),
        ("/var/phrases", Path("/var/phrases")),
    ],
)
def test_the_folder_is_the_workers_own(named: str, folder: Path) -> None:
    """Absolute, as the stack's parts may stand anywhere."""
    assert stock_phrases.of_folder({"PHRASE_STORE_DIR": named}) == {"PHRASE_STORE_DIR": str(folder)}
