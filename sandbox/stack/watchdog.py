"""Ends a stack's processes when the process that started them is gone, however it went.

Runs as a program of its own (`python -I -S guard.py`), in a session of its own. Its standard input
is a pipe from the stack: a line `+123` names a process group to watch over, `-123` one that has
ended. Only the stack holds the other end, so end of file means that the stack is dead, even by
SIGKILL, and then every group still named is ended. Works on Linux and macOS alike, and unlike a
parent-death signal it also reaches grandchildren, such as the worker's job processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

# Seconds between asking and killing.
GRACE = 1.0


def watch(lines: Iterable[str], groups: set[int]) -> None:
    """Keep `groups` what the lines say until they end."""
    for line in lines:
        change, number = line[:1], line[1:].strip()
        if number.isdigit():
            (groups.add if change == "+" else groups.discard)(int(number))


def end(groups: Iterable[int], *, grace: float = GRACE) -> None:
    """Ask each group to end; kill what is left of it after `grace` seconds."""
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
    """Watch until the stack is gone; what it did not take down itself is ended."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    watch(sys.stdin, groups)
    end(groups)


if __name__ == "__main__":
    main()
