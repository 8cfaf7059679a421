"""A file with the address and keys of the LiveKit server that `make run` has up.

Each server gets new keys when it starts. Other clients on this machine find them here:
`python -m sandbox call`, LiveKit's `lk`, the user's own worker. Only the owner can read the file.
It exists as long as the server, and is named after the server's port.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import BringUpError
from . import environment as env
from .livekit_binary import ROOT

FOLDER = ROOT / ".cache" / "livekit"


def path_of(port: int, folder: Path = FOLDER) -> Path:
    """The file of the server on a port."""
    return folder / f"{port}.env"


@contextmanager
def written(path: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Keep the file while the block runs.

    Raises:
        BringUpError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        # An old file is of a server that was killed; never write to a file of somebody else.
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(env.lines(variables))
    except OSError as error:
        raise BringUpError(f"cannot write {path}: {error.strerror}") from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def read(path: Path) -> dict[str, str]:
    """The variables in the file.

    Raises:
        BringUpError: No server is up, or the file is not valid.
    """
    if not path.exists():
        raise BringUpError(
            "`make run` has no LiveKit server up here: start it, or name another in LIVEKIT_URL"
        )
    return env.read(path, {})
