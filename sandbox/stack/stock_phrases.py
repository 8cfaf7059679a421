"""Has the stand-in synthesise the stock phrases that the worker lacks, before the first call.

They are in the worker's own store, under other keys than Sarvam's. A stack works without them, so a
build that fails or takes long is skipped.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from . import BringUpError
from .livekit_binary import ROOT
from .processes import Children

NAME = "phrases"
# The default of PHRASE_STORE_DIR; the same as the worker's.
FOLDER = ROOT / ".cache" / "phrases"
# Seconds that a stack waits for them. Measured: 6 s for the first build.
TIMEOUT = 30.0


def of_folder(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable of the phrases' folder, absolute, as the worker resolves it."""
    named = environment.get("PHRASE_STORE_DIR", "").strip()
    return {"PHRASE_STORE_DIR": str(ROOT / Path(named).expanduser() if named else FOLDER)}


async def build(children: Children, *, environment: Mapping[str, str]) -> None:
    """Build the missing phrases of all languages in which a call may begin.

    Raises `BringUpError` if that fails or takes too long.
    """
    # A simulated account has no rate limit.
    build_all = ("phrases", "build", "--per-minute", "0")
    argv = (sys.executable, ROOT / "agent.py", *build_all)
    child = await children.start(NAME, argv, layer=1, env=environment, may_end=True)
    await asyncio.wait((child.exited,), timeout=TIMEOUT)
    if not child.exited.done():
        await child.stop()
        raise BringUpError(f"{NAME} took longer than {TIMEOUT:.0f} s; see {child.log}")
    if child.process.returncode:
        raise BringUpError(child.exit_report())
