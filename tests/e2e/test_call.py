"""One whole call: real server, real worker, stand-in providers, and a caller that judges it."""

import io
import wave

import pytest
from rich.console import Console

from sandbox.caller.demo import GOOD, run_demo
from sandbox.stack.stack import stack

SCRIPT = """
title = "A short call"
answer_within = 20
[[lines]]
text = "I want an appointment with doctor Rao tomorrow at ten"
expect = ["appointment", "Rao", "name"]
[[lines]]
text = "thank you very much goodbye"
"""
pytestmark = pytest.mark.real_time


CALLS = 3
"""One good call of so many is enough: a stall of the machine is heard as a hole in the speech."""


# A cold start and some real seconds of speech.
@pytest.mark.timeout(300)
async def test_the_agent_hears_and_answers_as_written(make_options, tmp_path):
    """Two turns: heard by the recogniser, answered, audible word for word as written."""
    script = tmp_path / "short.toml"
    script.write_text(SCRIPT, encoding="utf-8")
    out = Console(file=io.StringIO(), width=120, color_system=None)
    codes: list[int] = []
    async with stack(make_options()) as running:
        while GOOD not in codes and len(codes) < CALLS:
            record = tmp_path / "call.wav"
            codes.append(await run_demo(running, script=script, record=record, console=out))
    assert codes[-1] == GOOD, out.file.getvalue()
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert file.getnframes() / file.getframerate() > 8
