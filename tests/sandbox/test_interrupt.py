"""Running a command until it is done or interrupted."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys

import pytest

from sandbox import interrupt


def test_exit_code_of_the_command() -> None:
    """A command that is not interrupted has its own exit code, or its own exception."""

    async def command(code: int) -> int:
        if code < 0:
            raise ValueError("mine")
        return code

    assert interrupt.run(command(3)) == 3
    with pytest.raises(ValueError, match="mine"):
        interrupt.run(command(-1))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_cancels_the_command(number: signal.Signals) -> None:
    """Each request to end cancels the command, which may clean up; the next cancels that too."""
    cancelled: list[str] = []

    async def command() -> int:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("once")
            try:
                os.kill(os.getpid(), number)
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append("twice")
            raise
        return 0

    assert interrupt.run(command()) == interrupt.INTERRUPTED
    assert cancelled == ["once", "twice"]


# Starts the process below, and ends when that one is up.
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
"""
CHILD = """
import asyncio
from sandbox import interrupt

async def command():
    await asyncio.sleep(0)
    print("up", flush=True)
    await asyncio.Event().wait()

interrupt.PARENT_SECONDS = 0.01
interrupt.run(command(), end_with_parent=True)
"""


async def test_a_command_ends_with_its_parent() -> None:
    """A command that is to end with its parent does, though nobody sends it a signal."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, CHILD, stderr=asyncio.subprocess.PIPE
    )
    assert parent.stderr is not None
    # The child holds the pipe as well, so its end is the end of both.
    async with asyncio.timeout(20):
        assert await parent.stderr.read() == b""
    assert await parent.wait() == 0


async def test_a_command_ends_with_its_terminal() -> None:
    """A command that is to end with its parent also ends when the terminal is closed."""
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, stdin=theirs, stdout=asyncio.subprocess.PIPE
    )
    os.close(theirs)
    assert child.stdout is not None
    assert await child.stdout.readline() == b"up\n"
    os.close(ours)
    async with asyncio.timeout(20):
        assert await child.wait() == 0
