"""Runs a command until it ends or Ctrl-C; the second Ctrl-C does not wait for cleanup."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any

# The exit code that a shell reports after Ctrl-C.
INTERRUPTED = 130
# Seconds between two checks that the parent still runs.
PARENT_SECONDS = 0.5


def run(command: Coroutine[Any, Any, int], *, end_with_parent: bool = False) -> int:
    """Run `command` and return its exit code, or `INTERRUPTED`.

    Ctrl-C, SIGTERM and a closed terminal cancel it, so that it takes down what it brought up; the
    next one cancels it again, and cleanup then kills at once. With `end_with_parent`, the end of
    the parent process or of its terminal does the same: a make that is killed, or that loses its
    terminal, does not pass the signal on.
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
    # Polled: no notification of a parent's end exists on both Linux and macOS.
    while os.getppid() == parent and os.isatty(0) == terminal:  # noqa: ASYNC110
        await asyncio.sleep(PARENT_SECONDS)
    task.cancel()
