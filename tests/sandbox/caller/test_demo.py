"""The whole command against an agent of tones: its table, its file and its exit code."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sandbox.caller.demo import BAD, GOOD, UNUSABLE, RemoteTarget, run_demo
from sandbox.stack.livekit_server import LiveKit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.real_time]

SCRIPT = """
title = "Two words"
answer_within = 20
[[lines]]
text = "words 1"
expect = ["answer"]
"""


@pytest.fixture
def elsewhere(livekit: LiveKit) -> RemoteTarget:
    """The server of these tests, with nothing known of the agent on it."""
    return RemoteTarget(
        livekit_url=livekit.url, api_key=livekit.api_key, api_secret=livekit.api_secret
    )


@pytest.fixture
def script(tmp_path: Path) -> Any:
    path = tmp_path / "two-words.toml"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def console() -> Console:
    return Console(file=io.StringIO(), width=120, color_system=None)


async def test_a_good_call_is_recorded_and_ends_with_0(
    livekit: LiveKit,
    tone_agent: Callable[..., Any],
    elsewhere: Any,
    script: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call in which all went well is printed, recorded and ends with 0."""
    monkeypatch.setattr("sandbox.caller.call._room_name", lambda: "good")
    monkeypatch.chdir(tmp_path)
    out, path = console(), tmp_path / "call.wav"
    async with tone_agent(livekit, "good", delay=1.2):
        code = await run_demo(elsewhere, script=script, record=path, console=out)
    text = out.file.getvalue()
    assert code == GOOD, text
    assert "words 1" in text
    assert "Answer 1" in text
    assert "The call was good" in text
    assert "Words are not checked against the language model" in text
    assert "Recorded in call.wav" in text
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 2
        assert file.getnframes() / file.getframerate() > 2


async def test_a_bad_call_is_recorded_and_ends_with_1(
    livekit: LiveKit,
    tone_agent: Callable[..., Any],
    elsewhere: Any,
    script: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The reason is printed."""
    monkeypatch.setattr("sandbox.caller.call._room_name", lambda: "bad")
    script.write_text(SCRIPT.replace("20", "0.5"), encoding="utf-8")
    out, path = console(), tmp_path / "call.wav"
    async with tone_agent(livekit, "bad", delay=0.5, mute=True):
        code = await run_demo(elsewhere, script=script, record=path, console=out)
    assert code == BAD
    assert "✗ turn 1: the agent did not answer" in out.file.getvalue()
    assert path.exists()


async def test_a_recording_that_cannot_be_written(
    livekit: LiveKit,
    tone_agent: Callable[..., Any],
    elsewhere: Any,
    script: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The call is still printed, with the path and the reason, and ends with 1."""
    monkeypatch.setattr("sandbox.caller.call._room_name", lambda: "unwritten")
    (tmp_path / "file").touch()
    out, path = console(), tmp_path / "file" / "call.wav"
    async with tone_agent(livekit, "unwritten", delay=1.2):
        code = await run_demo(elsewhere, script=script, record=path, console=out)
    assert code == BAD
    printed = " ".join(out.file.getvalue().split())
    assert "Answer 1" in printed
    assert f"✗ the recording: cannot write {path}: " in printed
    assert "Recorded in" not in printed


async def test_a_call_that_cannot_be_made(elsewhere: Any, tmp_path: Path) -> None:
    """Without a script or a server there is one line of explanation and exit code 2."""
    for changes, note in (
        ({"script": "nowhere"}, "one of barge-in, clinic"),
        ({}, "Cannot reach a LiveKit server"),
    ):
        nobody = replace(elsewhere, livekit_url="ws://127.0.0.1:9")
        out = console()
        code = await run_demo(nobody, record=tmp_path / "call.wav", console=out, **changes)
        assert code == UNUSABLE
        assert note in out.file.getvalue()
    assert not (tmp_path / "call.wav").exists()
