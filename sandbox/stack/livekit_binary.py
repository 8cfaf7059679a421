"""Which livekit-server is used, and where it is. Standard library only."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

# The version that is built, and that the sandbox is tested with.
VERSION = "1.13.4"
_CLONE = Path(__file__).resolve().parents[2]
# The folder of `.env`, recordings and logs: this project, or the working directory if the sandbox
# is installed without it.
ROOT = _CLONE if (_CLONE / "livekit.yaml").is_file() else Path.cwd()


class LiveKitServerNotFoundError(Exception):
    """`LIVEKIT_SERVER` names no program."""


def built_path(root: Path = ROOT) -> Path:
    """Where the bootstrap puts the server that it builds."""
    return root / ".cache" / f"livekit-server-{VERSION}"


def find(root: Path, environment: Mapping[str, str]) -> Path | None:
    """The server to use: that of `LIVEKIT_SERVER`, one on PATH, or the one that was built here.

    Raises `LiveKitServerNotFoundError` if `LIVEKIT_SERVER` names no program.
    """
    named = environment.get("LIVEKIT_SERVER", "").strip()
    if named:
        found = shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise LiveKitServerNotFoundError(
                f"LIVEKIT_SERVER={named} is not a program that can be run: "
                "correct the path or unset it"
            )
        return Path(found)
    on_path = shutil.which("livekit-server", path=environment.get("PATH"))
    if on_path is not None:
        return Path(on_path)
    built = built_path(root)
    return built if built.is_file() else None
