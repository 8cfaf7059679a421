"""The browser client: installed once for each lock file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.bootstrap import node
from tools.bootstrap.place import BootstrapError

if TYPE_CHECKING:
    from .conftest import Clone

NPM = '[ "$1" = --version ] && { echo 10.1.0; exit 0; }; /bin/mkdir -p node_modules'


@pytest.fixture(autouse=True)
def lock(clone: Clone) -> Path:
    """A lock file."""
    folder = clone.place.root / "playground"
    folder.mkdir()
    file = folder / "package-lock.json"
    file.write_text("{}")
    return file


def test_packages_are_installed_once_for_each_lock(clone: Clone, lock: Path) -> None:
    """npm runs for a new lock file and for a changed one, and not in between."""
    clone.program("npm", NPM)
    for _ in range(2):
        node.install(clone.place, clone.progress)
    lock.write_text('{"changed": true}')
    node.install(clone.place, clone.progress)
    assert [call.split()[1] for call in clone.called()] == ["--version", "ci"] * 2


def test_a_failed_install_is_repeated(clone: Clone) -> None:
    """After a failed install the next start tries again."""
    clone.program("npm", '[ "$1" = --version ] && { echo 10.1.0; exit 0; }; exit 1')
    for _ in range(2):
        with pytest.raises(BootstrapError, match="`npm` ended with 1"):
            node.install(clone.place, clone.progress)


@pytest.mark.parametrize("own", ["", "echo 6.14.0", "exit 1", "echo strange"])
def test_an_npm_that_is_new_enough_is_installed_for_the_packages(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    """Without an npm that is new enough one is installed, used, and deleted afterwards."""
    if own:
        clone.program("npm", own)
    folder = clone.place.cache / "node-venv"

    def tool_venv(*_: object) -> Path:
        folder.mkdir(parents=True)
        clone.program("npm", NPM)
        (clone.programs / "npm").rename(folder / "npm")
        return folder

    monkeypatch.setattr(node, "tool_venv", tool_venv)
    node.install(clone.place, clone.progress)
    assert "npm ci" in clone.called()[-1]
    assert not folder.exists()
