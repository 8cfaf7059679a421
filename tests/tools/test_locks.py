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
    return found - {"livekit-plugins-sarvam-pooled", "voice-agent-env"}


def dependencies(folder: str) -> set[str]:
    """The packages that one of the workspace asks for, but for those that lie beside it."""
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())
    return names(project["project"]["dependencies"])


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
def test_locks_name_no_registry_and_no_folder(lock: str) -> None:
    """A lock names no registry, no folder, and no package of the workspace."""
    assert not re.search(r"https?:|file:|--index|--find-links|/home|/root|/work", text(lock))
    assert not {"livekit-plugins-sarvam-pooled", "voice-agent-env"} & {
        name for name, _ in pins(lock)
    }


def test_production_locks_what_the_worker_needs_and_nothing_of_the_sandbox() -> None:
    """Neither the sandbox's own packages nor those of developers reach the image."""
    worker = (".", "plugins/livekit-plugins-sarvam-pooled", "voice_agent_env")
    production = set().union(*map(dependencies, worker))
    locked = {name for name, _ in pins("requirements.lock")}
    assert production <= locked
    assert not {"pytest", "ruff", "mypy", "playwright"} & locked
    assert not {"espeakng-loader", "pocketsphinx", "lameenc", "regex"} & locked


def test_the_developers_lock_has_what_every_package_of_the_workspace_needs() -> None:
    """One environment runs all of it, and the tools of developers."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    workspace = (".", "plugins/livekit-plugins-sarvam-pooled", "voice_agent_env", "sandbox")
    needed = set().union(names(groups["dev"]), *map(dependencies, workspace))
    assert needed <= {name for name, _ in pins("requirements-dev.lock")}


def test_both_locks_agree() -> None:
    """Developers run the versions that production runs."""
    assert pins("requirements.lock") <= pins("requirements-dev.lock")
