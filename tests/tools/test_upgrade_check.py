"""Whether the newest LiveKit would do, as far as no registry is asked."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools import upgrade_check
from tools.bootstrap import python_env
from tools.bootstrap.place import BootstrapError

PROJECT = """
[project]
name = "voice-agent"
dependencies = ["livekit-plugins-sarvam-pooled[redis]", "livekit-agents~=1.8", "aiohttp~=3.14"]
[project.optional-dependencies]
sandbox = ["prometheus-client>=0.26,<1"]
[dependency-groups]
dev = ["pytest~=9.2", "livekit-plugins-openai[x]~=1.8.9"]
"""
PLUGIN = """
[project]
name = "livekit-plugins-sarvam-pooled"
dependencies = ["livekit-agents~=1.8"]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with what it asks for, and its lock."""
    monkeypatch.setattr(python_env, "WORKSPACE", (Path(), Path("plugin")))
    (tmp_path / "plugin").mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "plugin" / "pyproject.toml").write_text(PLUGIN)
    (tmp_path / python_env.LOCK).write_text("aiohttp==3.14.5 \\\nlivekit-agents==1.8.9 \\\n")
    return tmp_path


def test_what_is_watched_may_have_any_version_and_the_rest_stays_as_asked(root: Path) -> None:
    """The plugin itself is installed from the clone."""
    assert upgrade_check.requirements(root) == [
        "aiohttp~=3.14",
        "livekit-agents",
        "livekit-plugins-openai[x]",
        "prometheus-client",
        "pytest~=9.2",
    ]


def test_a_version_that_stays_is_shown_once() -> None:
    """And one that is new or gone is shown as that."""
    lines = upgrade_check.compared({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "3"})
    assert list(lines) == ["a 1", "b 1 -> 2", "c 1 -> none", "d none -> 3"]


@pytest.fixture
def check(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Runs it with a pip and a pytest that only pretend; gives its exit code and its output."""

    def run(*, tests: int = 0, broken: bool = False) -> tuple[int, str]:
        out = io.StringIO()

        def pip(venv: Path, *_: object, **__: object) -> None:
            if broken:
                raise BootstrapError("no such release")
            venv.mkdir(parents=True, exist_ok=True)

        def command(argv: list[Any], **_: object) -> Any:
            listed = b'[{"name": "livekit_agents", "version": "1.9.0"}]'
            return SimpleNamespace(returncode=tests if "pytest" in argv else 0, stdout=listed)

        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", out)
        monkeypatch.setattr(python_env, "make_venv", lambda *_, **__: None)
        monkeypatch.setattr(python_env, "pip", pip)
        monkeypatch.setattr(subprocess, "run", command)
        return upgrade_check.main(root), out.getvalue()

    return run


@pytest.mark.parametrize(("tests", "code"), [(0, 0), (1, 1), (2, 1)])
def test_the_exit_code_says_whether_the_tests_pass(
    check: Callable[..., tuple[int, str]], root: Path, tests: int, code: int
) -> None:
    """Old and new versions are shown, and the environment is deleted."""
    ended, printed = check(tests=tests)
    assert ended == code
    assert "livekit-agents 1.8.9 -> 1.9.0\n" in printed
    assert not (root / ".cache/upgrade-venv").exists()


def test_what_cannot_be_installed_is_a_failure(check: Callable[..., tuple[int, str]]) -> None:
    """In one line."""
    ended, printed = check(broken=True)
    assert ended == 1
    assert printed.endswith("no such release\n")


def test_the_tests_that_it_runs_are_there() -> None:
    """A renamed file would be an error of pytest's, and no news of LiveKit."""
    assert [test for test in upgrade_check.TESTS if not (upgrade_check.ROOT / test).exists()] == []
