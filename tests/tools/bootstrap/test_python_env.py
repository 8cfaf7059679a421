"""The virtual environment is either finished or rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.bootstrap import python_env
from tools.bootstrap.place import BootstrapError, Place

if TYPE_CHECKING:
    from .conftest import Clone


class Pip:
    """Stands in for venv and pip: writes down what it is asked, and may break."""

    def __init__(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        self.done: list[str] = []
        self.breaks_at = ""
        monkeypatch.setattr(python_env, "make_venv", self._make_venv)
        monkeypatch.setattr(python_env, "pip", self._pip)
        monkeypatch.setattr(python_env, "_has_pip", lambda python: python.exists())

    def take(self) -> list[str]:
        """What was done since the last time."""
        done, self.done = self.done, []
        return done

    def _make_venv(self, venv: Path, *_: object, **__: object) -> None:
        for left in (venv / ".bootstrap", venv / ".bootstrap-unfinished"):
            left.unlink(missing_ok=True)
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / "python").touch()
        self.done.append("venv")

    def _pip(self, *_: object, log: str) -> None:
        self.done.append(log)
        if log == self.breaks_at:
            raise BootstrapError("broken")


@pytest.fixture
def pip(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Pip:
    """A pip that works."""
    (clone.place.root / python_env.LOCK).write_text("a==1")
    return Pip(clone.place, monkeypatch)


def test_the_environment_is_installed_once(clone: Clone, pip: Pip) -> None:
    """The first time all is done, the second time nothing, and after a change of lock only pip."""
    python_env.install(clone.place, clone.progress)
    assert pip.take() == ["venv", "pip", "pip-project"]
    python_env.install(clone.place, clone.progress)
    assert pip.take() == []
    (clone.place.root / python_env.LOCK).write_text("a==2")
    python_env.install(clone.place, clone.progress)
    assert pip.take() == ["pip", "pip-project"]


def test_a_half_installed_environment_is_rebuilt(clone: Clone, pip: Pip) -> None:
    """An environment whose packages were not finished is rebuilt, not trusted."""
    pip.breaks_at = "pip"
    with pytest.raises(BootstrapError):
        python_env.install(clone.place, clone.progress)
    pip.breaks_at = ""
    pip.take()
    python_env.install(clone.place, clone.progress)
    assert pip.take() == ["venv", "pip", "pip-project"]


def test_packages_are_kept_if_only_the_project_failed(clone: Clone, pip: Pip) -> None:
    """Whole packages are kept when only the project could not be installed."""
    pip.breaks_at = "pip-project"
    with pytest.raises(BootstrapError):
        python_env.install(clone.place, clone.progress)
    pip.breaks_at = ""
    pip.take()
    python_env.install(clone.place, clone.progress)
    assert pip.take() == ["pip", "pip-project"]


def test_a_deleted_environment_is_rebuilt(clone: Clone, pip: Pip) -> None:
    """A stamp without its environment does not count."""
    python_env.install(clone.place, clone.progress)
    pip.take()
    clone.place.python.unlink()
    python_env.install(clone.place, clone.progress)
    assert pip.take() == ["venv", "pip", "pip-project"]


def test_a_missing_lock_is_reported_with_the_way_back(clone: Clone) -> None:
    """The error of a tool whose lock is gone says how to get the lock back."""
    with pytest.raises(BootstrapError, match=r"go\.lock is missing: restore it"):
        python_env.tool_venv(clone.place, clone.progress, "go")
