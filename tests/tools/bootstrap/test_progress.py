"""One line for each step, and a reason when it fails."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.bootstrap import progress as progress_module
from tools.bootstrap.place import BootstrapError
from tools.bootstrap.progress import TAIL_LINES, Progress


class Terminal(io.StringIO):
    """Text that says it is shown on a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def run(progress: Progress, code: str) -> None:
    """Run Python code as a quiet command."""
    progress.run([sys.executable, "-I", "-S", "-c", code], log="step")


def test_a_step_is_one_line_of_a_log(tmp_path: Path) -> None:
    """Where nothing can be rewritten, a step is its title and then its end, on one line."""
    out = io.StringIO()
    progress = Progress(tmp_path, out=out)
    with progress.step("first"):
        assert out.getvalue() == "  first "
        run(progress, "print('not shown')")
    progress.note("between")
    assert re.fullmatch(r"  first ok \d+\.\d s\n  between\n", out.getvalue())
    assert (tmp_path / "step.log").read_text() == "not shown\n"


def test_a_step_overwrites_its_line_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal the line is written over, so that it counts and ends in one place."""
    out = Terminal()
    progress = Progress(tmp_path, out=out)
    with progress.step("first"):
        run(progress, "")
    assert re.fullmatch(r"  first \r\x1b\[K  first ok \d+\.\d s\n", out.getvalue())


@pytest.mark.parametrize(
    ("error", "word"), [(BootstrapError("x"), "failed"), (KeyboardInterrupt(), "stopped")]
)
def test_a_step_that_fails_says_so(tmp_path: Path, error: BaseException, word: str) -> None:
    """A step that fails or is stopped says so, and the reason goes on to the caller."""
    out = io.StringIO()
    with pytest.raises(type(error)), Progress(tmp_path, out=out).step("first"):
        raise error
    assert re.fullmatch(rf"  first {word} \d+\.\d s\n", out.getvalue())


def test_an_unknown_failure_shows_the_end_of_the_output(tmp_path: Path) -> None:
    """An unknown failure shows the end of what the command said, and where the rest is."""
    code = "import sys\nfor n in range(100): print('line', n)\nsys.exit(7)"
    with pytest.raises(BootstrapError) as caught:
        run(Progress(tmp_path / "logs", out=io.StringIO()), code)
    first, *rest = str(caught.value).splitlines()
    assert first.endswith(f"ended with 7; the end of {tmp_path / 'logs' / 'step.log'}:")
    assert rest == [f"    line {number}" for number in range(100 - TAIL_LINES, 100)]


def test_a_known_failure_shows_what_to_do(tmp_path: Path) -> None:
    """A known failure is what to do, and where the details are."""
    code = "import sys; print('[Errno 28] No space left on device'); sys.exit(1)"
    with pytest.raises(BootstrapError, match=r"^the disk is full: .*\n\(details: .*step.log\)$"):
        run(Progress(tmp_path, out=io.StringIO()), code)


def test_a_full_disk_is_recognised_without_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that had no room even for its last words has its reason all the same."""
    monkeypatch.setattr(progress_module.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(BootstrapError, match=r"^the disk is full"):
        run(Progress(tmp_path, out=io.StringIO()), "import sys; sys.exit(1)")


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    """A missing program is named."""
    with pytest.raises(BootstrapError, match="`/nowhere/npm` is not installed"):
        Progress(tmp_path, out=io.StringIO()).run(["/nowhere/npm"], log="npm")
