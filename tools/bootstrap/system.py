"""Libraries that only the operating system can install: by apt, where the user may run it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .place import BootstrapError, Place, is_stamped, write_stamp
from .progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPackage:
    """One package of the operating system."""

    apt: str
    brew: str | None
    present: Callable[[], bool]
    why: str
    required: bool = False
    """Whether the target cannot be made without it."""


def loads(*names: str) -> bool:
    """Whether the dynamic linker finds one of these shared libraries."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def browser() -> str | None:
    """The Chromium that the browser tests use."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


_HOMEBREW = ("/opt/homebrew/lib", "/usr/local/lib")

LIBRARIES = (
    SystemPackage(
        apt="ca-certificates",
        brew=None,
        present=lambda: sys.platform == "darwin" or Path("/etc/ssl/certs").is_dir(),
        why="to build the LiveKit server",
    ),
    SystemPackage(
        apt="libmpg123-0",
        brew="mpg123",
        present=lambda: loads(
            "libmpg123.so.0", *(f"{folder}/libmpg123.dylib" for folder in _HOMEBREW)
        ),
        why="the MP3 decoder (without it PyAV decodes)",
    ),
    SystemPackage(
        apt="libportaudio2",
        brew="portaudio",
        present=lambda: loads(
            "libportaudio.so.2", *(f"{folder}/libportaudio.dylib" for folder in _HOMEBREW)
        ),
        why="the sound card, for `python agent.py console` only",
    ),
)
BUBBLEWRAP = (
    SystemPackage(
        apt="bubblewrap",
        brew=None,
        present=lambda: sys.platform == "darwin" or shutil.which("bwrap") is not None,
        why="the tests that run the worker as its image does",
    ),
)
CHROMIUM = (
    SystemPackage(
        apt="chromium",
        brew="--cask chromium",
        present=lambda: browser() is not None,
        why="the browser tests",
        required=True,
    ),
)


def install(
    place: Place,
    progress: Progress,
    packages: tuple[SystemPackage, ...] = LIBRARIES,
    *,
    again: bool = False,
) -> None:
    """Install what is missing if this user may; else print how, and stop only if it is required.

    A failed installation is not repeated unless `again` (`make install`), so that a machine without
    the packages starts as quickly as any other.
    """
    missing = tuple(package for package in packages if not package.present())
    if not missing:
        return
    names = tuple(package.apt for package in missing)
    tried = place.cache / "system-packages-tried"
    prefix = _apt_prefix()
    required = any(package.required for package in missing)
    if prefix is not None and (again or required or not is_stamped(tried, " ".join(names))):
        try:
            with progress.step(f"system packages: {' '.join(names)}"):
                _apt(progress, prefix, names)
        except BootstrapError as error:
            if required:
                raise
            progress.note(f"continuing without it: {error}".splitlines()[0])
    missing = tuple(package for package in missing if not package.present())
    if not missing:
        return
    message = advice(missing)
    if any(package.required for package in missing):
        raise BootstrapError(message)
    progress.note(message)
    place.cache.mkdir(parents=True, exist_ok=True)
    write_stamp(tried, " ".join(package.apt for package in missing))


def advice(missing: tuple[SystemPackage, ...], *, platform: str = sys.platform) -> str:
    """The exact command that installs these packages, and what each is for."""
    if platform == "darwin":
        names = [package.brew for package in missing if package.brew]
        command = f"brew install {' '.join(names)}"
    else:
        command = f"sudo apt-get install -y {' '.join(package.apt for package in missing)}"
    reasons = "; ".join(f"{package.apt}: {package.why}" for package in missing)
    return f"missing on this machine, install with `{command}` ({reasons})"


def _apt_prefix() -> tuple[str, ...] | None:
    """What to put before `apt-get`, or None if this user cannot install."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ("sudo", "-n") if allowed.returncode == 0 else None


def _apt(progress: Progress, prefix: tuple[str, ...], names: tuple[str, ...]) -> None:
    # A fresh machine has no package lists; elsewhere the existing lists are enough.
    options = ("-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = (
        *prefix,
        "apt-get",
        *options,
        "install",
        "-y",
        "--no-install-recommends",
        *names,
    )
    try:
        progress.run(command, log="apt", env=environment)
    except BootstrapError:
        progress.run((*prefix, "apt-get", *options, "update"), log="apt", env=environment)
        progress.run(command, log="apt", env=environment)
