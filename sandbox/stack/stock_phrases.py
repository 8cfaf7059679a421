"""The stock phrases, spoken by the stand-in if the worker lacks some: the first call is a hit.

They are in the worker's own store, under keys that are not Sarvam's. A stack without them works, so
a build that fails or takes long is left out.
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
# Where they are unless PHRASE_STORE_DIR says so; the same as the worker's own default.
FOLDER = ROOT / ".cache" / "phrases"
# Seconds that a stack waits for them. Measured: 6 s for the first build.
TIMEOUT = 30.0


def of_folder(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable with the folder of the phrases, absolute, as the worker understands it."""
    named = environment.get("PHRASE_STORE_DIR", "").strip()
    return {"PHRASE_STORE_DIR": str(ROOT / Path(named).expanduser() if named else FOLDER)}


async def build(children: Children, *, environment: Mapping[str, str]) -> None:
    """Build what the store lacks of the languages in which a call may begin.

    Raises `BringUpError` if that fails or takes too long.
    """
    # A simulated account has no limit.
    build_all = ("phrases", "build", "--per-minute", "0")
    argv = (sys.executable, ROOT / "agent.py", *build_all)
    child = await children.start(NAME, argv, layer=1, env=environment, may_end=True)
    await asyncio.wait((child.exited,), timeout=TIMEOUT)
    if not child.exited.done():
        await child.stop()
        raise BringUpError(f"{NAME} took longer than {TIMEOUT:.0f} s; see {child.log}")
    if child.process.returncode:
        raise BringUpError(child.exit_report())
