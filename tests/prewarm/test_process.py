"""What a process has ready before its call, so that the call does not pay for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from livekit.agents.llm import ChatMessage
from pydantic import BaseModel

from prewarm import process
from tests.support import program

# In an interpreter of its own: here, other tests have loaded everything.
_A_CALL = """
import asyncio, ssl, sys
from types import SimpleNamespace
import numpy as np
from livekit.agents import AgentSession
from livekit.agents.ipc import _preload
from livekit.agents.utils import http_context
from livekit.agents.voice.io import TextOutput
from livekit.agents.voice.transcription import TranscriptSynchronizer
from prewarm import process
from tests.support.clinic import CLINIC
from tests.support.recorded_output import RecordedOutput
from tests.support.scripted_llm import ScriptedLLM

class Words(TextOutput):
    async def capture_text(self, text):
        pass

    def flush(self):
        pass

made = []
job = SimpleNamespace(userdata={})
process.warm_up(job, lambda: made.append("made") or "parts")
assert process.take(job, lambda: made.append("again")) == "parts"
ready = set(sys.modules)
ssl.create_default_context = None  # reading the certificates again fails

async def call():
    async with http_context.open():
        pass
    session = AgentSession(llm=ScriptedLLM(), vad=None, tools=CLINIC.toolsets())
    played, words = RecordedOutput(), Words(label="words", next_in_chain=None)
    both = TranscriptSynchronizer(next_in_chain_audio=played, next_in_chain_text=words)
    session.output.audio, session.output.transcription = both.audio_output, both.text_output
    pcm = np.full(48000, 500, "<i2").tobytes()
    call = CLINIC.new_call()
    call.speech.pcm = lambda text: pcm
    await session.start(CLINIC.answer(call))
    await session.wait_for_idle()
    assert len(played.pcm) == 96000
    print(*sorted(set(sys.modules) - ready))
    await session.aclose()
    await both.aclose()

asyncio.run(call())
assert made == ["made"]
"""


_FORKED = """
import os, ssl, sys
from types import SimpleNamespace
import prewarm.forkserver_preload
from prewarm import process

child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
before = set(sys.modules)
ssl.create_default_context = None  # any call fails
process._models = None
process.warm_up(SimpleNamespace(userdata={}), lambda: "parts")
assert set(sys.modules) == before
"""


def test_a_call_imports_nothing_until_it_has_greeted() -> None:
    """Nothing is loaded or made twice either: clients and certificates are those of the process."""
    done = program.run(_A_CALL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_models_are_built_ahead() -> None:
    """None of LiveKit's is left for the moment in which a call begins."""
    process.complete_models()
    ours = [m for m in process._models(BaseModel) if m.__module__.startswith("livekit.")]
    assert ChatMessage in ours
    assert [m for m in ours if not m.__pydantic_complete__] == []


def test_what_processes_share_is_loaded_by_the_one_they_are_forked_from() -> None:
    """A process of its own then finds all of it, and loads nothing again."""
    done = program.run(_FORKED)
    assert done.returncode == 0, done.stderr


def test_without_a_warm_process_the_call_makes_its_own() -> None:
    """As when prewarming is switched off."""
    job: Any = SimpleNamespace(userdata={})
    assert process.take(job, lambda: "made now") == "made now"
