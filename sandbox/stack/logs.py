"""What the parts of the stack write: the end of a log, its new lines, and which of them matter."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

TAIL_LINES = 12
# A log is read for people and for two readiness lines; this is as quick as either needs.
POLL_SECONDS = 0.05
_SERIOUS = frozenset({"ERROR", "CRITICAL", "FATAL", "PANIC"})


def tail(path: Path, lines: int = TAIL_LINES) -> list[str]:
    """The last lines of a log; none if there is no log."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines()[-lines:]


async def follow(path: Path) -> AsyncIterator[str]:
    """Each whole line of a log from its beginning, as it is written. Does not end."""
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


def serious(line: str) -> str | None:
    """The message of a line that reports an error, or None.

    Knows the three forms in use: the worker's JSON, livekit-server's tab-separated columns
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
    if str(entry.get("level", "")).upper() not in _SERIOUS:
        return None
    # The last line of a traceback is the one that says what happened.
    cause = str(entry.get("exc_info") or "").strip().splitlines()
    message = str(entry.get("message", "")).strip()
    return f"{message} ({cause[-1]})" if cause else message or None
