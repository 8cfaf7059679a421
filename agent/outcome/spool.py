"""The events that wait to be posted: one file each, which survives the processes.

    1790000000000-evt_2f6c....json      when it was made (ms), its id; its mtime is when it is due

Files hold what callers said: they are readable by their owner alone. Who could write to the folder
could have the worker sign what it likes, so files of other users, links and other names are left
alone. A file that is being posted is locked (flock), and the lock ends with its process.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from livekit.plugins.sarvam_pooled.phrases.files import open_no_follow

from .event import MAX_BYTES

logger = logging.getLogger(__name__)

MAX_FILES: Final = 10_000
"""Above that the oldest are deleted: 640 MB at most."""
_NAME: Final = re.compile(r"(\d{13})-([A-Za-z0-9_-]{1,80})\.json")
_UNFINISHED: Final = 3600.0
"""Seconds after which a file that was not finished is what a killed process has left."""


@dataclass(frozen=True, slots=True)
class WaitingOutcome:
    """An event in the spool. Times are seconds of Unix time."""

    path: Path
    id: str
    created: float
    due: float


class Spool:
    """The events of one folder.

    Args:
        folder: Made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, event_id: str, body: bytes, *, now: float) -> None:
        """Keep an event, due at once. It is on the disk when this returns.

        Raises:
            OSError: It cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{round(now * 1000):013d}-{event_id}.json"
        unfinished = self.folder / f".{event_id}.tmp"
        file = open_no_follow(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(file, "wb") as writing:
                writing.write(body)
                writing.flush()
                os.fsync(file)
                os.utime(file, (now, now))
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self._make_room(now)

    def waiting(self) -> list[WaitingOutcome]:
        """All events, in the order in which they are due."""
        found = []
        with suppress(FileNotFoundError):
            for path in self.folder.iterdir():
                if not (match := _NAME.fullmatch(path.name)):
                    continue
                with suppress(FileNotFoundError):
                    due = path.lstat().st_mtime
                    found.append(WaitingOutcome(path, match[2], int(match[1]) / 1000, due))
        return sorted(found, key=lambda outcome: outcome.due)

    @contextmanager
    def lock(self, waiting: WaitingOutcome) -> Iterator[bytes | None]:
        """Lock the file of an event, and read its body; None if another process posts it, or has
        posted it, or if the file belongs to another user."""
        try:
            file = open_no_follow(waiting.path, os.O_RDONLY)
        except OSError:
            yield None
            return
        try:
            yield _body(file, waiting)
        finally:
            os.close(file)

    def remove(self, waiting: WaitingOutcome) -> None:
        """Delete an event."""
        waiting.path.unlink(missing_ok=True)

    def postpone(self, waiting: WaitingOutcome, *, until: float) -> None:
        """Make an event due at `until`."""
        with suppress(FileNotFoundError):
            os.utime(waiting.path, (until, until), follow_symlinks=False)

    def _make_room(self, now: float) -> None:
        for path in self.folder.glob(".evt_*.tmp"):
            with suppress(OSError):
                if now - path.lstat().st_mtime > _UNFINISHED:
                    path.unlink()
        waiting = sorted(self.waiting(), key=lambda outcome: outcome.created)
        for oldest in waiting[:-MAX_FILES]:
            logger.error(
                "the spool of outcomes is full: one is deleted", extra={"event_id": oldest.id}
            )
            self.remove(oldest)


def _body(file: int, waiting: WaitingOutcome) -> bytes | None:
    status = os.fstat(file)
    is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    if not is_ours or status.st_size > MAX_BYTES:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Another process may have posted or postponed it since it was listed.
        now_there = waiting.path.lstat()
    except OSError:
        return None
    if (now_there.st_ino, now_there.st_mtime) != (status.st_ino, waiting.due):
        return None
    return os.read(file, MAX_BYTES)
