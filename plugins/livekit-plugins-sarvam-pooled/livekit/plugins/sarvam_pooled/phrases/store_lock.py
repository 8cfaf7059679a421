"""One writer at a time in a store, and how many bytes the store holds.

Both are one small file, `.ledger`, in the store's folder: the process that holds its lock (`flock`)
may write, and knows the size of all phrases without looking at each. The system releases the lock
when a process dies. A writer records a phrase's size before it adds the phrase: if it dies in
between, the recorded size is too high, never too low, until the next eviction counts.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .files import make_folder, open_no_follow, open_regular

_NAME: Final = ".ledger"
_RECORD: Final = 42  # bytes: two numbers of 20 digits, a blank and a line end
_POLL: Final = 0.002  # seconds


class LockBusy(Exception):
    """Other writers kept the lock for longer than this writer waits."""


class StoreAccount:
    """The contents of the ledger; only the holder of the lock may use it.

    Attributes:
        bytes: Size of all phrases and their sidecars; None if it must be counted first.
        swept_at: Unix time in seconds of the last eviction.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self.bytes, self.swept_at = _parse(os.pread(file, _RECORD, 0))

    def save(self) -> None:
        """Write both numbers, in as many bytes as the old ones, which they replace."""
        os.pwrite(self._file, b"%020d %020d\n" % (self.bytes or 0, int(self.swept_at)), 0)


class StoreLock:
    """The ledger of one folder, made when first needed.

    Args:
        folder: The store's folder.
        lock_timeout: Seconds that a writer waits for the lock.
    """

    def __init__(self, folder: Path, *, lock_timeout: float = 5.0) -> None:
        self._path = folder / _NAME
        self._lock_timeout = lock_timeout

    @contextmanager
    def locked(self) -> Iterator[StoreAccount]:
        """Hold the lock.

        Raises:
            LockBusy: The lock was not free in time.
            OSError: The folder cannot be written.
        """
        make_folder(self._path.parent, within=self._path.parent)
        file = open_no_follow(self._path, os.O_RDWR | os.O_CREAT)
        try:
            self._lock(file)
            yield StoreAccount(file)
        finally:
            # Closing releases the lock.
            os.close(file)

    def read(self) -> int:
        """The last recorded size, without the lock; 0 if there is no ledger."""
        try:
            with open_regular(self._path) as file:
                return _parse(file.read(_RECORD))[0] or 0
        except OSError:
            return 0

    def _lock(self, file: int) -> None:
        if sys.platform == "win32":
            raise OSError(errno.ENOSYS, "phrases are not written on Windows")
        import fcntl

        deadline = time.monotonic() + self._lock_timeout
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockBusy from None
            time.sleep(_POLL)


def _parse(record: bytes) -> tuple[int | None, float]:
    try:
        held, swept_at = record.split()
        return int(held), float(swept_at)
    except ValueError:
        return None, 0.0
