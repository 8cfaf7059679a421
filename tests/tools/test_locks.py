"""The locked requirements."""

from __future__ import annotations

import re
import tomllib

import pytest

from sandbox.stack.livekit_binary import ROOT

LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "tools/locks/go.lock",
    "tools/locks/node.lock",
)
PIN = re.compile(r"^([a-z0-9-]+)==(\S+).*\\$", re.MULTILINE)


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version of everything in a lock."""
    return set(PIN.findall(text(lock)))


def text(lock: str) -> str:
    """A lock as it is."""
    return (ROOT / lock).read_text()


def names(requirements: list[str]) -> set[str]:
    """The packages that some requirements ask for."""
    found = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower() for each in requirements}
    return found - {"livekit-plugins-sarvam-pooled"}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock: str) -> None:
    """Each package is pinned and each pin is followed by a hash; nothing else is asked for."""
    lines = [line for line in text(lock).splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    for line, following in zip(lines, [*lines[1:], "end==1 \\"], strict=True):
        is_pin = PIN.match(line) is not None
        assert is_pin or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        assert is_pin == ("--hash" in following and PIN.match(line) is not None)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_places_in_locks(lock: str) -> None:
    """A lock names no registry, no folder, and not the plugin that lies beside it."""
    assert not re.search(r"https?:|file:|--index|--find-links|/home|/root|/work", text(lock))
    assert "livekit-plugins-sarvam-pooled==" not in text(lock)


def test_locks_have_what_the_project_asks_for() -> None:
    """Production's lock has the project's and the plugin's needs, the other one also the rest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folder = ROOT / "plugins" / "livekit-plugins-sarvam-pooled"
    plugin = tomllib.loads((folder / "pyproject.toml").read_text())
    production = names(project["project"]["dependencies"] + plugin["project"]["dependencies"])
    rest = names(
        project["project"]["optional-dependencies"]["sandbox"] + project["dependency-groups"]["dev"]
    )
    locked = {name for name, _ in pins("requirements.lock")}
    assert production <= locked
    assert production | rest <= {name for name, _ in pins("requirements-dev.lock")}
    assert not {"pytest", "ruff", "mypy", "playwright"} & locked


def test_both_locks_agree() -> None:
    """Developers run the versions that production runs."""
    assert pins("requirements.lock") <= pins("requirements-dev.lock")
