"""A folder for a stack's logs that no other stack writes to: several may be up at once."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import BringUpError

_LOCK = ".lock"


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """`folder`, or the first of `folder-2`, `folder-3`, ... that is free, locked for the block.

    The lock is the kernel's, so a stack that was killed leaves none behind. Raises `BringUpError`
    if the folder cannot be written.
    """
    mine, descriptor = _first_free(folder)
    try:
        yield mine
    finally:
        os.close(descriptor)


def _first_free(folder: Path) -> tuple[Path, int]:
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))
    mine = folder
    while (descriptor := _lock(mine)) is None:
        mine = next(numbered)
    return mine, descriptor


def _lock(folder: Path) -> int | None:
    """Lock the folder until this descriptor is closed; None if it is locked already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BringUpError(f"cannot write logs to {folder}: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
