"""A file with the address and keys of the LiveKit server that `make run` has up.

Each server has keys of its own, made when it starts. Other clients on this machine find them here:
`python -m sandbox call`, LiveKit's `lk`, a worker of the user's own. Only its owner may read the
file, it is there as long as the server is, and its name is the server's port, which only one has.
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
    """Keep the file there while the block runs.

    Raises:
        BringUpError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        # A file that is there belongs to a server that was killed; another's is never written to.
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
        BringUpError: No server is up there, or the file is no such file.
    """
    if not path.exists():
        raise BringUpError(
            "no LiveKit server of `make run` is up here: start it, or name another in LIVEKIT_URL"
        )
    return env.read(path, {})
