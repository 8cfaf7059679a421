"""Files that appear complete or not at all, that only their owner reads, and that are never reached
through a link: a user who may write in a store's folder could point one at any file of the worker.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, Final

from ..log import logger

TEMPORARY: Final = ".tmp-"
"""Beginning of the names of files that are being written."""

# Windows has neither links of this kind nor pipes in folders.
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def open_no_follow(path: str | Path, flags: int) -> int:
    """`os.open` that follows no link at the end of `path` and waits for no pipe; only its owner can
    read a new file. Serves as the `opener` of `open`.

    Raises:
        OSError: See `os.open`; ELOOP for a link.
    """
    return os.open(path, flags | _NO_LINKS, 0o600)


def open_regular(path: Path) -> BinaryIO:
    """The file at `path`, open for reading.

    Raises:
        OSError: It is missing, unreadable, or a link, folder, pipe or device.
    """
    file: BinaryIO = open(path, "rb", opener=open_no_follow)  # noqa: SIM115 (closed by the caller)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file")
    return file


def make_folder(folder: Path, *, within: Path) -> None:
    """Make `within`, its parents, and the folders from there to `folder`; from `within` on, only
    the owner can use the new ones. Existing folders keep their mode.

    Raises:
        OSError: One could not be made, or is a link. `within` itself may be a link.
    """
    within.parent.mkdir(parents=True, exist_ok=True)
    within.mkdir(mode=0o700, exist_ok=True)
    current = within
    for name in folder.relative_to(within).parts:
        current = current / name
        current.mkdir(mode=0o700, exist_ok=True)
        if current.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def is_beyond_link(path: Path, *, within: Path) -> bool:
    """Whether a folder between `within` and `path` is a link."""
    # The last of the parents is `within`, which may be a link.
    *between, _ = path.relative_to(within).parents
    return any((within / parent).is_symlink() for parent in between)


def write_atomically(path: Path, content: bytes, *, through: Path, now: float) -> None:
    """Write `content` to a file in the folder `through`, then rename it to `path` on the same disk.
    Its modification time becomes `now`; a link at `path` is replaced, not followed.

    Raises:
        OSError: It could not be written; nothing is left, and `path` is unchanged.
    """
    temporary = through / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with open(temporary, "xb", opener=open_no_follow) as file:
            file.write(content)
        os.utime(temporary, (now, now))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def is_same(path: Path, status: os.stat_result) -> bool:
    """Whether the file at `path` still has this status."""
    try:
        now = path.lstat()
    except OSError:
        return False
    return os.path.samestat(now, status) and now.st_mtime_ns == status.st_mtime_ns


def inside(folder: Path, name: PurePosixPath) -> Path:
    """The path of `name` in `folder`. Its bytes on the disk are UTF-8 under every locale: a system
    whose encoding lacks a script finds the same files."""
    return folder / os.fsdecode(str(name).encode())


def shown(path: PurePath) -> str:
    """`path` for people and for URLs, with slashes; the reverse of `inside`."""
    return os.fsencode(path.as_posix()).decode(errors="replace")


def usable(folder: Path) -> Path:
    """`folder`; where the system's encoding lacks a letter of it, the folder whose name is its
    UTF-8, for example when the name comes from a settings file."""
    try:
        os.fsencode(folder)
    except UnicodeEncodeError:
        return Path(os.fsdecode(str(folder).encode("utf-8", "surrogateescape")))
    return folder


def warn_of_writers(folder: Path, *, what: str) -> None:
    """Warn if users other than the owner may write in `folder`: they could replace its files. A
    missing folder is ignored. Blocks.

    Args:
        what: The contents, for the log.
    """
    with suppress(OSError, ValueError):
        mode = folder.stat().st_mode
        if mode & _OTHERS_WRITE:
            logger.warning(
                "other users may write in the folder of %s; remove that permission: chmod go-w",
                what,
                extra={"folder": str(folder), "mode": f"{stat.S_IMODE(mode):04o}"},
            )
