"""The bootstrap as a whole: its targets, its exit codes, and one run at a time."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from sandbox.stack.livekit_binary import ROOT
from tools.bootstrap import cli
from tools.bootstrap.place import BootstrapError

if TYPE_CHECKING:
    from .conftest import Clone


def test_bare_python_can_import_it() -> None:
    """The bootstrap needs nothing but the standard library."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tools.bootstrap.cli"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


def test_every_make_target_is_known() -> None:
    """Each target that the Makefile prepares for is one that the bootstrap knows."""
    makefile = (ROOT / "Makefile").read_text()
    named = [line.split()[-1] for line in makefile.splitlines() if "@$(BOOTSTRAP)" in line]
    assert set(named) == set(cli.TARGETS)


def test_make_help_prints_itself() -> None:
    """`make` alone lists every target with what it does."""
    shown = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    for target in ("install", "run", "test", "demo", "check", "help"):
        assert f"make {target} " in shown


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BootstrapError("what to do"), 1, "what to do"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "the disk is full"),
        (PermissionError(errno.EACCES, "denied", "/x/.venv"), 1, "cannot write /x/.venv"),
        (
            OSError(errno.EROFS, "Read-only", "/x/.cache"),
            1,
            "cannot write /x/.cache: its file system",
        ),
        (OSError(errno.EIO, "Input/output error", "/x"), 1, "/x: Input/output error"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
)
def test_each_failure_is_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    message: str,
) -> None:
    """Each way to fail is one line on standard error and an exit code, without a traceback."""

    def prepare(*_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "prepare", prepare)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    assert cli.main(["check"]) == code
    shown = capsys.readouterr().err
    assert shown.startswith(message)
    assert shown.count("\n") == 1


@pytest.mark.parametrize("target", ["run", "demo", "test"])
@pytest.mark.parametrize("url", ["", "ws://127.0.0.1:7880"])
def test_a_server_is_built_only_if_none_is_named(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, target: str, url: str
) -> None:
    """`run` and `demo` build no LiveKit server if one is named; the tests need one of their own."""
    done: list[str] = []
    for module in ("system", "python_env", "node", "livekit"):
        monkeypatch.setattr(
            getattr(cli, module), "install", lambda *_, name=module, **__: done.append(name)
        )
    monkeypatch.setenv("LIVEKIT_URL", url)
    cli.prepare(clone.place, clone.progress, target)
    # The tests need bubblewrap beside the libraries.
    systems = ["system"] * (2 if target == "test" else 1)
    expected = [*systems, "python_env", "node"]
    assert done == expected + (["livekit"] if target == "test" or not url else [])


def test_a_second_bootstrap_waits_for_the_first(clone: Clone) -> None:
    """A second bootstrap says that it waits, and goes on when the first is done."""
    entered = threading.Event()

    def second() -> None:
        with cli.locked(clone.place, clone.progress):
            entered.set()

    waits = threading.Event()
    clone.progress.note = lambda _: waits.set()  # type: ignore[method-assign]
    other = threading.Thread(target=second)
    with cli.locked(clone.place, clone.progress):
        other.start()
        assert waits.wait(10)
        assert not entered.is_set()
    assert entered.wait(10)
    other.join()
