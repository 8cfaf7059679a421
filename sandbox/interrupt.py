"""Runs a command until it is done or Ctrl-C; the second Ctrl-C does not wait."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

# What a shell reports for a program that Ctrl-C ended.
INTERRUPTED = 130
# Seconds between two looks at whether the parent is still there.
PARENT_SECONDS = 0.5


def run(command: Coroutine[Any, Any, int], *, end_with_parent: bool = False) -> int:
    """Run `command` and return its exit code, or `INTERRUPTED`.

    Ctrl-C, SIGTERM and a closed terminal cancel it, so that it takes down what it brought up; the
    next one cancels it again, which those who clean up take as "at once". With `end_with_parent`
    so does the end of the process that started us, or of its terminal: a make that is killed, or
    told that its terminal is gone, does not pass that on.
    """
    return asyncio.run(_until_interrupted(command, end_with_parent=end_with_parent))


async def _until_interrupted(command: Coroutine[Any, Any, int], *, end_with_parent: bool) -> int:
    task = asyncio.ensure_future(command)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    watching = asyncio.ensure_future(_cancel_without_parent(task)) if end_with_parent else None
    try:
        return await task
    except asyncio.CancelledError:
        return INTERRUPTED
    finally:
        if watching is not None:
            watching.cancel()


async def _cancel_without_parent(task: asyncio.Future[int]) -> None:
    parent, terminal = os.getppid(), os.isatty(0)
    # Looked at, not awaited: no system tells a process of its parent's end on Linux and macOS both.
    while os.getppid() == parent and os.isatty(0) == terminal:  # noqa: ASYNC110
        await asyncio.sleep(PARENT_SECONDS)
    task.cancel()
