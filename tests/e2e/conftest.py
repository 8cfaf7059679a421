"""Calls in real rooms share one stack, brought up as for a new user."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.stack.stack import StackOptions

OWN_SETTINGS = ("LIVEKIT_", "SARVAM_", "DEEPGRAM_", "OPENAI_", "CARTESIA_", "AGENT_", "PHRASE_")

MakeOptions = Callable[..., StackOptions]


@pytest.fixture
def make_options(tmp_path: Path) -> MakeOptions:
    """Options of a stack without keys, a server or phrases of its user's; keywords are settings."""

    def make(**settings: str) -> StackOptions:
        kept = {n: value for n, value in os.environ.items() if not n.startswith(OWN_SETTINGS)}
        kept |= {name: os.environ[name] for name in ("LIVEKIT_SERVER",) if name in os.environ}
        return StackOptions(
            environ=kept | {"PHRASE_STORE_DIR": str(tmp_path / "phrases")} | settings,
            env_file=tmp_path / ".env",
            logs=tmp_path / "logs",
            with_playground=False,
        )

    return make
