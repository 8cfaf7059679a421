"""Ends a stack's processes when the process that started them is gone, even after SIGKILL.

It runs as a program (`python -I -S watchdog.py`) in its own session. Its standard input is a pipe
from the stack: the line `+123` adds a process group, `-123` removes one that has ended. Only the
stack holds the other end, so end of file means that the stack is gone; every group that is left is
then ended. This works on Linux and macOS, and unlike a parent-death signal it also reaches
grandchildren, such as the worker's job processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

# Seconds between SIGTERM and SIGKILL.
GRACE = 1.0


def watch(lines: Iterable[str], groups: set[int]) -> None:
    """Add and remove `groups` as the lines say, until they end."""
    for line in lines:
        change, number = line[:1], line[1:].strip()
        if number.isdigit():
            (groups.add if change == "+" else groups.discard)(int(number))


def end(groups: Iterable[int], *, grace: float = GRACE) -> None:
    """Terminate each group; kill what is left of it after `grace` seconds."""
    groups = list(groups)
    for number, pause in ((signal.SIGTERM, grace), (signal.SIGKILL, 0.0)):
        for group in groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        deadline = time.monotonic() + pause
        while time.monotonic() < deadline and any(_alive(group) for group in groups):
            time.sleep(0.05)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    """Watch until the stack is gone, then end what it left behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    watch(sys.stdin, groups)
    end(groups)


if __name__ == "__main__":
    main()
