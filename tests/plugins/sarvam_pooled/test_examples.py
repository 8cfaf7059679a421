"""The plugin's examples do what they say, against the stand-ins."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
import wave
from pathlib import Path
from types import ModuleType

import pytest
from livekit.agents import utils

from sandbox.openai import OpenAIStandIn
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.recorded_output import RecordedOutput

from .conftest import CALM

EXAMPLES = Path(__file__).parents[3] / "plugins/livekit-plugins-sarvam-pooled/examples"


def load(name: str) -> ModuleType:
    """An example as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_a_text_becomes_a_wav_file(tmp_path: Path) -> None:
    """As its docstring calls it, with nothing but the address of the stand-in."""
    stand_in = SarvamStandIn(latency=CALM)
    stand_in.set_options({"voice": "tone"})
    path = tmp_path / "hello.wav"
    async with serve(stand_in) as at:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(EXAMPLES / "synthesize.py"),
            "Hello, this is a test.",
            str(path),
            env=os.environ
            | {"SARVAM_API_KEY": "key", "SARVAM_WS_URL": f"ws://{at}/text-to-speech/ws"},
            stdout=asyncio.subprocess.PIPE,
        )
        shown, _ = await process.communicate()
    assert process.returncode == 0
    assert shown.decode().startswith(f"{path}: ")
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (24000, 1)
        assert file.getnframes() > 24000 / 2


async def test_the_agent_greets_and_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its session, without a room: the LLM's reply to a text is spoken by Sarvam's stand-in."""
    voice = SarvamStandIn(latency=CALM)
    voice.set_options({"voice": "tone"})
    async with serve(voice) as tts, serve(OpenAIStandIn(latency=CALM)) as llm:
        for name in ("SARVAM_API_KEY", "DEEPGRAM_API_KEY", "OPENAI_API_KEY"):
            monkeypatch.setenv(name, "key")
        monkeypatch.setenv("SARVAM_WS_URL", f"ws://{tts}/text-to-speech/ws")
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://{llm}/v1")
        example = load("agent")
        async with utils.http_context.open(), example.build_session() as session:
            session.output.audio = sound = RecordedOutput()
            await session.start(agent=example.Receptionist())
            await session.generate_reply(user_input="What are your opening hours?")
            for part in (session.stt, session.llm, session.tts):
                await part.aclose()
        spoken = " ".join(entry["text"] for entry in voice.describe()["syntheses"])
    assert spoken.startswith("Hello, how can I help you?")
    assert "open" in spoken
    assert sound.pcm
