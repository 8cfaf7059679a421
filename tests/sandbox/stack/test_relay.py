"""The errors of the parts, shown while they run."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from sandbox.stack.processes import children
from sandbox.stack.relay import relay


async def test_each_error_once(tmp_path: Path) -> None:
    """Errors are shown with the part's name, a repeated one once, and nothing else is."""
    log = "INFO:a:fine\nERROR:a:broken\nERROR:a:broken\nERROR:a:other\n"
    shown: asyncio.Queue[str] = asyncio.Queue()
    async with children(tmp_path) as started:
        argv = [sys.executable, "-c", f"print({log!r}, end='')"]
        child = await started.start("part", argv, layer=0, env=os.environ)
        await child.exited
        relaying = asyncio.create_task(relay((child,), shown.put_nowait))
        assert [await shown.get(), await shown.get()] == ["part: broken", "part: other"]
        relaying.cancel()
        await asyncio.wait((relaying,))
    assert shown.empty()
