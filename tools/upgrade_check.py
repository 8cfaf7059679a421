"""`make upgrade-check`: would the newest LiveKit do? Installs it in an environment that is thrown
away, and runs there what holds the code to LiveKit's private names, defaults and contracts.

Exit code 0 if all tests pass, 1 if one fails or nothing could be installed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from .audit import locks
from .bootstrap import python_env
from .bootstrap.place import BootstrapError, Place
from .bootstrap.progress import Progress

ROOT: Final = Path(__file__).resolve().parents[1]
WATCHED: Final = re.compile(r"livekit(-(?!plugins-sarvam-pooled).*)?|prometheus-client")
"""Packages whose newest release is wanted, whatever pyproject.toml allows."""
_NAME: Final = re.compile(r"[\w.-]+")
TESTS: Final = (
    "tests/agent/test_livekit_internals.py",
    "tests/agent/call/test_livekit_defaults.py",
    "tests/plugins/sarvam_pooled/test_livekit_protocol.py",
    *(f"tests/plugins/sarvam_pooled/test_contract{part}.py"
      for part in ("", "_drop_in", "_errors", "_options", "_transcript")),
)  # fmt: skip


def main(root: Path = ROOT) -> int:
    """Print old and new versions, and the tests that fail."""
    place = Place(root)
    progress = Progress(place.logs)
    venv = place.cache / "upgrade-venv"
    try:
        install(venv, place, progress)
        python = venv / "bin" / "python"
        for line in compared(locked(root), installed(python)):
            progress.note(line)
        return 1 if _failed(python, root) else 0
    except BootstrapError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        shutil.rmtree(venv, ignore_errors=True)


def install(venv: Path, place: Place, progress: Progress) -> None:
    """Make the environment.

    Raises:
        BootstrapError: What is asked for does not go together, or cannot be had.
    """
    place.require_space(python_env.SPACE_GB, "the environment")
    python_env.make_venv(venv, progress, title="a new environment", log="upgrade-venv")
    with progress.step("the newest LiveKit, and what else the tests need"):
        python_env.pip(venv, progress, *requirements(place.root), log="upgrade-pip")
    with progress.step("the packages of the workspace, editable"):
        python_env.pip(
            venv,
            progress,
            "--no-deps",
            "--no-build-isolation",
            *(part for folder in python_env.WORKSPACE for part in ("-e", place.root / folder)),
            log="upgrade-project",
        )


def requirements(root: Path) -> list[str]:
    """What the workspace's packages ask for besides each other; watched packages in any version."""
    asked: list[str] = []
    own: list[str] = []
    for path in (root / folder for folder in python_env.WORKSPACE):
        project = tomllib.loads((path / "pyproject.toml").read_text("utf-8"))
        own.append(project["project"]["name"])
        extras = project["project"].get("optional-dependencies", {})
        groups = project.get("dependency-groups", {})
        for each in (project["project"]["dependencies"], *extras.values(), *groups.values()):
            asked += each
    wanted = (one for one in asked if not one.startswith(tuple(own)))
    return sorted({_any_version(one) if _is_watched(one) else one for one in wanted})


def compared(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """A line for each watched package."""
    for name in sorted(old.keys() | new.keys()):
        before, now = old.get(name, "none"), new.get(name, "none")
        yield f"{name} {before}" + ("" if before == now else f" -> {now}")


def locked(root: Path) -> dict[str, str]:
    """The watched packages of the lock."""
    pins = locks.python((root / python_env.LOCK).read_text("utf-8"))
    return _watched((pin.name, pin.version) for pin in pins)


def installed(python: Path) -> dict[str, str]:
    """The watched packages of an environment."""
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        check=True,
    )
    packages = json.loads(listed.stdout)
    return _watched((one["name"].replace("_", "-").lower(), one["version"]) for one in packages)


def _failed(python: Path, root: Path) -> bool:
    # No traceback: the last line of each failure says what has changed, and where to look.
    options = ("-q", "--tb=line", "-rfE", "-p", "no:cacheprovider")
    return subprocess.run([python, "-m", "pytest", *options, *TESTS], cwd=root).returncode != 0


def _watched(packages: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: version for name, version in packages if _is_watched(name)}


def _is_watched(requirement: str) -> bool:
    name = _NAME.match(requirement)
    return name is not None and WATCHED.fullmatch(name.group()) is not None


def _any_version(requirement: str) -> str:
    return re.split(r"[^\w.\[\],-]", requirement)[0]


if __name__ == "__main__":
    sys.exit(main())
