"""The virtual environment: the locked packages, then the packages of the workspace, editable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .place import BootstrapError, Place, fingerprint, is_stamped, write_stamp
from .progress import Progress

LOCK = "requirements-dev.lock"
# The packages of the workspace, by their folders.
WORKSPACE = (
    Path(),
    Path("plugins") / "livekit-plugins-sarvam-pooled",
    Path("sandbox"),
    Path("voice_agent_env"),
)
# Measured: 0.75 GB installed, and pip unpacks before it moves.
SPACE_GB = 1.5
PIP_OPTIONS = (
    "--quiet",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=2",
)


def install(place: Place, progress: Progress) -> None:
    """Bring `.venv` to the state of the lock; does nothing if it is there already."""
    stamp = place.venv / ".bootstrap"
    packages = [place.root / folder for folder in WORKSPACE]
    wanted = fingerprint(
        (place.root / LOCK, *(folder / "pyproject.toml" for folder in packages)), str(place.root)
    )
    if is_stamped(stamp, wanted) and place.python.exists():
        return
    place.require_space(SPACE_GB, "the virtual environment")
    # A package whose installation was interrupted may look complete.
    unfinished = place.venv / ".bootstrap-unfinished"
    if unfinished.exists() or not _has_pip(place.python):
        make_venv(place.venv, progress, title="virtual environment .venv", log="venv")
    stamp.unlink(missing_ok=True)
    unfinished.touch()
    with progress.step(f"Python packages ({LOCK})"):
        pip(place.venv, progress, "--require-hashes", "-r", place.root / LOCK, log="pip")
    unfinished.unlink()
    with progress.step("the packages of the workspace, editable"):
        pip(
            place.venv,
            progress,
            "--no-deps",
            "--no-build-isolation",
            *(argument for folder in packages for argument in ("-e", folder)),
            log="pip-project",
        )
    write_stamp(stamp, wanted)


def make_venv(venv: Path, progress: Progress, *, title: str, log: str) -> None:
    """Make a new virtual environment, in place of any that is there."""
    with progress.step(title):
        progress.run([sys.executable, "-m", "venv", "--clear", venv], log=log)


def pip(venv: Path, progress: Progress, *arguments: str | Path, log: str) -> None:
    """`pip install` into a virtual environment."""
    python = venv / "bin" / "python"
    progress.run([python, "-m", "pip", "install", *PIP_OPTIONS, *arguments], log=log)


def tool_venv(place: Place, progress: Progress, name: str) -> Path:
    """The `bin` of a separate environment under `.cache`, from `tools/locks/NAME.lock`."""
    lock = place.root / "tools" / "locks" / f"{name}.lock"
    if not lock.exists():
        raise BootstrapError(f"{lock} is missing: restore it with `git checkout {lock}`")
    venv = place.cache / f"{name}-venv"
    stamp, wanted = venv / ".bootstrap", fingerprint((lock,))
    if not is_stamped(stamp, wanted):
        make_venv(venv, progress, title=f"virtual environment for {name}", log=f"{name}-venv")
        with progress.step(f"{name} ({lock.name})"):
            pip(venv, progress, "--require-hashes", "-r", lock, log=f"{name}-pip")
        write_stamp(stamp, wanted)
    return venv / "bin"


def _has_pip(python: Path) -> bool:
    """Whether this environment works and is of the Python that is running."""
    if not python.exists():
        return False
    code = "import pip, sys; print(sys.version)"
    try:
        answer = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()
