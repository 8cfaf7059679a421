"""Folders for logs: each stack has its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.stack import BringUpError
from sandbox.stack.log_folder import claimed

HOLD = """
import sys
from pathlib import Path
from sandbox.stack.log_folder import claimed
with claimed(Path(sys.argv[1])) as mine:
    print(mine.name, flush=True)
    sys.stdin.read()
"""


def test_two_at_once_have_two_folders(tmp_path: Path) -> None:
    """The requested name, then numbered ones; a name that is free again is reused."""
    wanted = tmp_path / "logs" / "demo"
    with claimed(wanted) as first:
        with claimed(wanted) as second, claimed(wanted) as third:
            assert [first.name, second.name, third.name] == ["demo", "demo-2", "demo-3"]
            assert third.is_dir()
        with claimed(wanted) as again:
            assert again.name == "demo-2"
    with claimed(wanted) as again:
        assert again.name == "demo"


def test_a_stack_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    """Not even by SIGKILL is a folder lost, nor while it lives is it shared."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "demo"], **pipes) as other:  # type: ignore[call-overload]
        assert other.stdout.readline() == "demo\n"
        with claimed(tmp_path / "demo") as mine:
            assert mine.name == "demo-2"
        other.kill()
    with claimed(tmp_path / "demo") as mine:
        assert mine.name == "demo"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """One line that names it."""
    (tmp_path / "file").touch()
    with pytest.raises(BringUpError, match=r"cannot write logs to .*/file/demo: Not a directory"):
        claimed(tmp_path / "file" / "demo").__enter__()
