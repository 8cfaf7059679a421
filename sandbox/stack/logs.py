"""The logs of the stack's parts: their last lines, their new lines, and their errors."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

TAIL_LINES = 12
# Quick enough for people and for the lines that mean "ready".
POLL_SECONDS = 0.05
# Bytes; with less free, a part may have failed because the disk is full, without a word in its log.
FULL = 64 * 1024
# An error that repeats is shown once; after this many others it is shown again.
_REMEMBERED = 20
_SERIOUS = frozenset({"ERROR", "CRITICAL", "FATAL", "PANIC"})


def tail(path: Path, lines: int = TAIL_LINES) -> list[str]:
    """The last lines of a log, none if there is no log; and a line if its disk is full."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        full = shutil.disk_usage(path).free < FULL
    except OSError:
        return []
    advice = ["the disk is full: make room and run the same command again"] if full else []
    return text.splitlines()[-lines:] + advice


async def follow(path: Path) -> AsyncIterator[str]:
    """Each complete line of a log from its beginning, as it is written. Does not end."""
    rest = ""
    with path.open(encoding="utf-8", errors="replace") as file:
        while True:
            read = file.read(65536)
            if not read:
                await asyncio.sleep(POLL_SECONDS)
                continue
            *lines, rest = (rest + read).split("\n")
            for line in lines:
                yield line


async def show_errors(logs: Mapping[str, Path], show: Callable[[str], None]) -> None:
    """Show each error in these logs (part -> file), one line each. Does not end."""
    async with asyncio.TaskGroup() as group:
        for name, path in logs.items():
            group.create_task(_show_errors(name, path, show))


async def _show_errors(name: str, path: Path, show: Callable[[str], None]) -> None:
    recent: list[str] = []
    async for line in follow(path):
        message = serious(line)
        if message is None or message in recent:
            continue
        recent = [*recent, message][-_REMEMBERED:]
        show(f"{name}: {message}")


def serious(line: str) -> str | None:
    """The message of a line that reports an error or names a setting to check, or None.

    It knows the three forms in use: the worker's JSON, livekit-server's tab-separated columns
    (time, level, component, place, message), and Python's `LEVEL:logger:message`.
    """
    if line.startswith("{"):
        return _serious_json(line)
    columns = line.split("\t")
    if len(columns) >= 4 and columns[1] in _SERIOUS:
        return " ".join(columns[4:]) or columns[3]
    level, _, message = line.partition(":")
    return message.partition(":")[2].strip() or None if level in _SERIOUS else None


def _serious_json(line: str) -> str | None:
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    # Upper case is a variable; a slow turn names its slow stage, which is not shown here.
    look_at = name if (name := str(entry.get("look_at") or "")).isupper() else ""
    if str(entry.get("level", "")).upper() not in _SERIOUS and not look_at:
        return None
    # The last line of a traceback is the exception.
    cause = str(entry.get("exc_info") or entry.get("error") or "").strip().splitlines()
    message = str(entry.get("message", "")).strip()
    who = f"{entry['provider']}: " if "provider" in entry else ""
    why = f" ({cause[-1]})" if cause and cause[-1] not in message else ""
    what = f"; see {look_at}" if look_at else ""
    return f"{who}{message}{why}{what}" if message else None
