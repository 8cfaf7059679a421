"""Runs a command until it is done or Ctrl-C; the second Ctrl-C does not wait."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

# What a shell reports for a program that Ctrl-C ended.
INTERRUPTED = 130


def run(command: Coroutine[Any, Any, int]) -> int:
    """Run `command` and return its exit code, or `INTERRUPTED`.

    Ctrl-C, SIGTERM and a closed terminal cancel it, so that it takes down what it brought up; the
    next one cancels it again, which those who clean up take as "at once".
    """
    return asyncio.run(_until_interrupted(command))


async def _until_interrupted(command: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(command)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return INTERRUPTED
