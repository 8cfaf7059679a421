"""`python -m evals`, with the small assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.assistant.toml_file import AssistantError
from evals import command
from evals.command import app, chosen
from tests.evals.fake_desk import FILE, FakeDesk, FakeLLM, fake_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of assistants with the small one, whose bug is the text of `bug.txt`."""
    desk = tmp_path / "assistants" / "desk"
    desk.mkdir(parents=True)
    (desk / "callers.toml").write_text(FILE)
    (desk / "bug.txt").write_text("none")
    monkeypatch.setattr(command, "load_assistant", _load)
    monkeypatch.setattr(command.models, "stand_in", lambda _: FakeLLM())
    return desk.parent


def _load(folder: Path) -> FakeDesk:
    return FakeDesk((folder / "bug.txt").read_text())


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    output = folder / "result.json"
    result = CliRunner().invoke(
        app, ["desk", "--folder", str(folder), "--output", str(output), *arguments]
    )
    return result.exit_code, result.output


def test_all_passed(folder: Path) -> None:
    """Exit code 0, a table, and the JSON file."""
    code, printed = run(folder)
    assert code == 0
    assert "1 of 1 callers passed" in printed
    assert json.loads((folder / "result.json").read_text())["passed"] == 1


def test_a_failure_prints_its_transcript(folder: Path) -> None:
    """Exit code 1; of a call that passed only if asked for."""
    assert "caller: tomorrow" not in run(folder)[1]
    assert "caller: tomorrow" in run(folder, "--transcripts")[1]
    (folder / "desk" / "bug.txt").write_text("wrong day")
    code, printed = run(folder)
    assert code == 1
    assert "caller: tomorrow" in printed
    assert "✗ read-back: bookings.start is on Thursday" in printed


def test_planted_bugs_must_be_found(folder: Path) -> None:
    """Exit code 1 if one is missed."""
    bug = '[[bugs]]\nid = "{0}"\nwhat = "w"\nfile = "bug.txt"\nfind = "none"\nreplace = "{1}"\n'
    (folder / "desk" / "bugs.toml").write_text(bug.format("late", "wrong day"))
    code, printed = run(folder, "--bugs")
    assert code == 0
    assert "✓ found: late, by books (read-back, records)" in printed
    (folder / "desk" / "bugs.toml").write_text(bug.format("harmless", "nothing"))
    code, printed = run(folder, "--bugs")
    assert code == 1
    assert "✗ missed by 1 callers: harmless" in printed


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--caller", "nobody"], "no caller 'nobody'; there are: books"),
        (["--bugs"], "desk/bugs.toml: is missing"),
        (["--model-callers"], "--model-callers needs --real"),
        (["--sound", "--bugs"], "--sound goes with neither"),
        (["--sound"], "no caller has `sound = true`"),
    ],
)
def test_what_the_user_can_fix_is_said(folder: Path, arguments: list[str], problem: str) -> None:
    """Exit code 2, without a traceback."""
    code, printed = run(folder, *arguments)
    assert code == 2
    assert problem in printed


def test_callers_are_chosen_by_part_of_their_id() -> None:
    """Several at once."""
    file = fake_file()
    one, two = (file.callers[0].model_copy(update={"id": name}) for name in ("en-one", "hi-two"))
    file = file.model_copy(update={"callers": (one, two.model_copy(update={"sound": True}))})
    assert [caller.id for caller in chosen(file, ["en-"])] == ["en-one"]
    assert [caller.id for caller in chosen(file, ["one", "two"])] == ["en-one", "hi-two"]
    assert [caller.id for caller in chosen(file, [], sound=True)] == ["hi-two"]
    with pytest.raises(AssistantError, match="no caller 'ta-'"):
        chosen(file, ["ta-"])
