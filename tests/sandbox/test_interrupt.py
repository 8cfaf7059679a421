"""Running a command until it is done or interrupted."""

from __future__ import annotations

import asyncio
import os
import signal

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
def test_each_signal_cancels(number: signal.Signals) -> None:
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
