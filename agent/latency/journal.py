"""The calls of a worker on disk: JSON lines, one file for each call, in one directory.

A file belongs to one call in one process, so processes need no locks. Names begin with the time of
the call (UTC), so that `ls` lists calls in order:

    20261121T101405Z-room-4711-18234.jsonl         and .2.jsonl when it has grown too large

Files hold what callers said: they are readable only by their owner, and are deleted when they are
too old, or when all together are too large, the oldest first. What another program keeps in the
directory is neither counted nor deleted, and no link is followed, in writing or in deleting.

Writing never fails a call. What cannot be written (a full disk, a directory without rights) is
counted in `dropped`, logged once, and the next line is tried again.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .turn_report import TurnReport

logger = logging.getLogger(__name__)

SUFFIX: Final = ".jsonl"
LIVE: Final = 600.0
"""A file is never deleted within this many seconds of its last line: its call may go on."""
_MAX_NAMES: Final = 100
"""A line is dropped when this many names in a row belong to other files."""
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]+")
_OWN_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[A-Za-z0-9_-]+-\d+(\.\d+)?\.jsonl")
# Windows has no such links. A pipe without a reader fails instead of waiting for one.
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_LINKS
_MODE: Final = 0o600


class Journal:
    """The file of one call. Each line is one system call, which takes about 50 us.

    Args:
        directory: Made when it is missing.
        call: Name of the room.
        now: The call's beginning in seconds of Unix time.
        file_bytes: Size of a file above which a second is begun.
        total_bytes: Size of all files above which the oldest are deleted.
        days: Age at which a file is deleted.
    """

    def __init__(
        self,
        directory: Path,
        call: str,
        *,
        now: float,
        file_bytes: int = 8_000_000,
        total_bytes: int = 200_000_000,
        days: float = 14.0,
    ) -> None:
        began = datetime.fromtimestamp(now, UTC)
        room = _NOT_IN_NAMES.sub("-", call)[:80] or "call"
        self._stem = directory / f"{began:%Y%m%dT%H%M%SZ}-{room}-{os.getpid()}"
        self._file_bytes = file_bytes
        self._part = 1
        self._file: int | None = None
        # The file that this call made last, which it may open again.
        self._made: Path | None = None
        self._warned = False
        self.dropped = 0
        """Lines that could not be written."""
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            prune(directory, now=now, total_bytes=total_bytes, days=days)
        except OSError as error:
            self._warn(error)

    @property
    def path(self) -> Path:
        """The file that the next line goes to."""
        part = "" if self._part == 1 else f".{self._part}"
        return self._stem.with_name(f"{self._stem.name}{part}{SUFFIX}")

    def write(self, line: str) -> None:
        """Append one line of JSON, whole or not at all."""
        data = line.encode() + b"\n"
        try:
            size = self._open(len(data))
            self._append(data, size)
        except OSError as error:
            self._warn(error)
            self.dropped += 1

    def close(self) -> None:
        """Close the file; a later line opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, wanted: int) -> int:
        """Have a file open with room for a line; returns its size."""
        if self._file is None:
            self._file = self._open_own()
        size = os.fstat(self._file).st_size
        if size and size + wanted > self._file_bytes:
            self.close()
            self._part += 1
            return self._open(wanted)
        return size

    def _open_own(self) -> int:
        """The file at `path`, made by this call: one that was there before may be anybody's, and
        the next part is made instead."""
        if self._made == self.path:
            return os.open(self.path, _APPEND, _MODE)
        for _ in range(_MAX_NAMES):
            try:
                file = os.open(self.path, _APPEND | os.O_EXCL, _MODE)
            except FileExistsError:
                self._part += 1
                continue
            self._made = self.path
            return file
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    def _append(self, data: bytes, size: int) -> None:
        assert self._file is not None
        written = os.write(self._file, data)
        if written < len(data):
            # The disk is full in the middle of a line, which no reader could read.
            with suppress(OSError):
                os.ftruncate(self._file, size)
            raise OSError("the disk is full")

    def _warn(self, error: OSError) -> None:
        if self._warned:
            return
        self._warned = True
        logger.warning(
            "the journal cannot be written; the call goes on without it",
            extra={"path": str(self.path), "error": error.strerror or str(error)},
        )


def prune(directory: Path, *, now: float, total_bytes: int, days: float) -> None:
    """Delete a journal's files that are too old, and the oldest while all together are too large.

    Other processes may do the same at the same time.
    """
    files: list[tuple[float, int, Path]] = []
    for path in directory.glob(f"*{SUFFIX}"):
        with suppress(FileNotFoundError):
            status = path.lstat()
            if _OWN_NAME.fullmatch(path.name) and stat.S_ISREG(status.st_mode):
                files.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in files)
    for written, size, path in sorted(files):
        too_old = now - written > days * 86_400
        if now - written < LIVE or not (too_old or total > total_bytes):
            break
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            # The others must not stay, nor go too early, because of this one.
            logger.warning(
                "a file of the journal cannot be deleted",
                extra={"path": str(path), "error": error.strerror or str(error)},
            )
        total -= size


def read(path: Path) -> Iterator[TurnReport]:
    """The reports in a file, without its summary and without lines that a crash cut off."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            with suppress(ValueError):
                yield TurnReport.from_json(line)
