"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

TEMPORARY: Final = ".tmp-"
"""Beginning of the names of files that are being written."""


def write_whole(path: Path, content: bytes, *, through: Path, now: float) -> None:
    """Write `content` to a file in the folder `through`, then rename it to `path` on the same disk.
    Its time of change becomes `now`.

    Raises:
        OSError: It could not be written; nothing is left, and what was at `path` is as it was.
    """
    temporary = through / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        temporary.write_bytes(content)
        os.utime(temporary, (now, now))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def is_same(path: Path, status: os.stat_result) -> bool:
    """Whether the file at `path` is still the one of this status."""
    try:
        now = path.stat()
    except OSError:
        return False
    return (now.st_dev, now.st_ino, now.st_mtime_ns) == (
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
    )
