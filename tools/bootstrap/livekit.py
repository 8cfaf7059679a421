"""livekit-server, built once from its locked Go module.

No Python, npm or Debian registry has it. `tools/livekit-server/` is a module of two files that
requires exactly one version: `go.mod` and a complete `go.sum`, so the build is hash-locked too and
needs no checksum service (which does not know one of the required versions). To change the version,
name it in `go.mod`, start `go.sum` with that module's own (in the module cache after
`go mod download`), and run `go mod tidy`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sandbox.stack.livekit_binary import (
    VERSION,
    LiveKitServerNotFoundError,
    built_path,
    find,
)

from .place import BootstrapError, Place
from .progress import Progress
from .python_env import tool_venv

PACKAGE = "github.com/livekit/livekit-server/cmd/server"
# The version that `go.mod` requires.
GO = (1, 26)
# Measured: 0.36 GB of modules, 0.65 GB of objects (both deleted after the build), 0.25 GB of Go.
SPACE_GB = 1.6


def install(place: Place, progress: Progress) -> None:
    """Build the server unless there is one (`LIVEKIT_SERVER`, on PATH or built before)."""
    try:
        if find(place.root, os.environ) is not None:
            return
    except LiveKitServerNotFoundError as error:
        raise BootstrapError(str(error)) from None
    # Kept when the build is interrupted, so that the next one reuses the downloads.
    folder = place.cache / "livekit-build"
    folder.mkdir(parents=True, exist_ok=True)
    place.require_space(SPACE_GB, f"building livekit-server {VERSION}", folder=folder)
    own_go = _has_go()
    go = "go" if own_go else tool_venv(place, progress, "go") / "go"
    binary = folder / "livekit-server"
    flags: list[str | Path] = ["-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", binary]
    with progress.step(f"livekit-server {VERSION}, built by Go (about two minutes, once)"):
        progress.run(
            [go, "build", *flags, PACKAGE],
            log="livekit-build",
            cwd=place.root / "tools" / "livekit-server",
            env=build_environment(folder),
        )
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    if VERSION not in answer.stdout:
        raise BootstrapError(
            f"the livekit-server that was built does not run here: {answer.stderr.strip()}"
        )
    # The rename is the stamp: the binary is either complete or absent.
    binary.replace(built_path(place.root))
    shutil.rmtree(folder, ignore_errors=True)
    if not own_go:
        shutil.rmtree(place.cache / "go-venv", ignore_errors=True)


def build_environment(folder: Path) -> dict[str, str]:
    """The user's environment, proxies included, with caches that can be deleted afterwards."""
    return os.environ | {
        "GOPATH": str(folder / "path"),
        "GOMODCACHE": str(folder / "modules"),
        "GOCACHE": str(folder / "objects"),
        "GOBIN": "",
        "GOWORK": "off",
        "GOTOOLCHAIN": "local",
        # Without modcacherw the module cache is read-only and could not be deleted.
        "GOFLAGS": "-modcacherw -buildvcs=false",
        # Needs no C compiler, and looks for none.
        "CGO_ENABLED": "0",
    }


def parse_go_version(text: str) -> tuple[int, int] | None:
    """`go version go1.26.8 linux/amd64` -> (1, 26)."""
    match = re.search(r"\bgo(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else None


def _has_go() -> bool:
    """Whether the machine's own Go is new enough."""
    if shutil.which("go") is None:
        return False
    try:
        answer = subprocess.run(
            ["go", "version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = parse_go_version(answer.stdout)
    return answer.returncode == 0 and version is not None and version >= GO
