"""The paths of a clone, and the stamps that mark finished parts."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class BootstrapError(Exception):
    """A failure that the user can fix; its text says how, in one or two lines."""


@dataclass(frozen=True, slots=True)
class Place:
    """The paths of one clone."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment of the project."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def cache(self) -> Path:
        """Everything that was built or downloaded, except the virtual environment."""
        return self.root / ".cache"

    @property
    def logs(self) -> Path:
        """The output of the steps' commands."""
        return self.cache / "logs"

    def require_space(self, gigabytes: float, what: str, *, folder: Path | None = None) -> None:
        """Raise `BootstrapError` if the disk of the clone, or of `folder`, has less free space."""
        folder = folder or self.root
        free = shutil.disk_usage(folder).free / 1e9
        if free < gigabytes:
            raise BootstrapError(
                f"{what} needs about {gigabytes:.1f} GB of free disk in {folder}, "
                f"{free:.1f} GB are free: make room and run the same command again"
            )


def fingerprint(files: Iterable[Path], *extra: str) -> str:
    """One hash of the files' contents, of `extra`, and of the running Python and machine."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(b"+" + file.read_bytes() if file.exists() else b"-")
        digest.update(b"\0")
    for text in (*extra, sys.version, os.path.realpath(sys.executable), platform.machine()):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, expected: str) -> bool:
    """Whether a part was finished with exactly these inputs."""
    try:
        return stamp.read_text() == expected
    except (OSError, UnicodeDecodeError):
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Mark a part as finished. A rename, so that no stamp is half-written."""
    temporary = stamp.with_name(stamp.name + ".new")
    temporary.write_text(value)
    temporary.replace(stamp)


def is_set(root: Path, name: str) -> bool:
    """Whether a variable has a value in the environment or, failing that, in `.env`.

    An empty variable in the environment counts as unset, as it does for the worker.
    """
    if os.environ.get(name, "").strip():
        return True
    try:
        lines = (root / ".env").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    pattern = re.compile(rf"\s*(?:export\s+)?{re.escape(name)}\s*=\s*(['\"]?)\s*([^#'\"\s]*)")
    matches = [match for line in lines if (match := pattern.match(line))]
    return bool(matches and matches[-1].group(2))
