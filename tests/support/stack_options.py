"""A stack for a test: real rooms, and nothing of its user's."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.stack.stack import StackOptions

_OWN_SETTINGS = (
    "LIVEKIT_",
    "SARVAM_",
    "DEEPGRAM_",
    "OPENAI_",
    "CARTESIA_",
    "AGENT_",
    "ASSISTANT",
    "DATA",
    "PHRASE_",
)


def stack_options(folder: Path, **settings: str) -> StackOptions:
    """Options of a stack without keys, a server, phrases or records of its user's.

    Args:
        folder: Where it keeps its files.
        settings: The worker's variables.
    """
    kept = {n: value for n, value in os.environ.items() if not n.startswith(_OWN_SETTINGS)}
    kept |= {name: os.environ[name] for name in ("LIVEKIT_SERVER",) if name in os.environ}
    own = {"PHRASE_STORE_DIR": str(folder / "phrases"), "DATA_DIR": str(folder / "data")}
    return StackOptions(
        environ=kept | own | settings,
        env_file=folder / ".env",
        logs=folder / "logs",
        with_playground=False,
    )
