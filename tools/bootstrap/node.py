"""The browser client's one package, installed by npm from its lock file."""

from __future__ import annotations

import os
import shutil
import subprocess

from .place import Place, fingerprint, is_stamped, write_stamp
from .progress import Progress
from .python_env import tool_venv

# The first npm that reads lock files of version 3.
NPM_MAJOR = 7


def install(place: Place, progress: Progress) -> None:
    """`npm ci` in `playground/`; does nothing if the lock file is installed already."""
    folder = place.root / "playground"
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".bootstrap"
    wanted = fingerprint((lock,))
    if is_stamped(stamp, wanted):
        return
    path = os.environ.get("PATH", os.defpath)
    own_npm = _has_npm()
    if not own_npm:
        path = f"{tool_venv(place, progress, 'node')}{os.pathsep}{path}"
    npm = shutil.which("npm", path=path) or "npm"
    with progress.step("browser client (playground/package-lock.json)"):
        progress.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"],
            log="npm",
            cwd=folder,
            env=os.environ | {"PATH": path},
        )
        stamp.parent.mkdir(exist_ok=True)
    write_stamp(stamp, wanted)
    if not own_npm:
        # Node is 0.2 GB, and nothing here needs it until the lock file changes.
        shutil.rmtree(place.cache / "node-venv", ignore_errors=True)


def _has_npm() -> bool:
    """Whether the machine has an npm that is new enough."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    try:
        answer = subprocess.run(
            [npm, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
        return answer.returncode == 0 and int(answer.stdout.split(".")[0]) >= NPM_MAJOR
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
