"""Bugs as data, planted in copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.assistant.toml_file import AssistantError
from evals.bugs.patches import Bug, BugError, plant, read_bugs

BUG = Bug(id="two-things", what="w", file="prompt.md", find="one thing", replace="two things")


def folder(root: Path, text: str = "Ask one thing.") -> Path:
    """An assistant with a prompt."""
    made = root / "assistants" / "desk"
    made.mkdir(parents=True)
    (made / "prompt.md").write_text(text)
    return made


def test_a_bug_is_planted_in_a_copy(tmp_path: Path) -> None:
    """The original stays, and the copy is a package of another name."""
    original = folder(tmp_path)
    planted = plant(BUG, original, tmp_path / "copies")
    assert (planted.folder / "prompt.md").read_text() == "Ask two things."
    assert (original / "prompt.md").read_text() == "Ask one thing."
    assert planted.folder.parent.name == "bug_two_things"
    assert planted.folder.name == "desk"


@pytest.mark.parametrize("text", ["Ask.", "one thing, one thing"])
def test_a_bug_must_fit_once(tmp_path: Path, text: str) -> None:
    """Otherwise it would not be planted, or not where it was meant."""
    with pytest.raises(BugError, match="times, not once"):
        plant(BUG, folder(tmp_path, text), tmp_path / "copies")


@pytest.mark.parametrize("file", ["absent.md", "../../secret.md"])
def test_a_bug_stays_in_the_folder(tmp_path: Path, file: str) -> None:
    """A file of the copy."""
    (tmp_path / "secret.md").write_text("one thing")
    with pytest.raises(BugError, match="has no file"):
        plant(BUG.model_copy(update={"file": file}), folder(tmp_path), tmp_path / "copies")


def test_a_bug_of_the_system_prompt_copies_only(tmp_path: Path) -> None:
    """The prompt is changed when the agent is made."""
    bug = BUG.model_copy(update={"file": "instructions"})
    planted = plant(bug, folder(tmp_path), tmp_path / "copies")
    assert (planted.folder / "prompt.md").read_text() == "Ask one thing."
    assert bug.applied("Ask one thing.") == "Ask two things."


def test_a_file_of_bugs_is_checked(tmp_path: Path) -> None:
    """Missing, or not bugs."""
    with pytest.raises(AssistantError, match=r"bugs.toml: is missing"):
        read_bugs(tmp_path)
    (tmp_path / "bugs.toml").write_text("[[bugs]]\nid = 'a'\n")
    with pytest.raises(AssistantError, match=r"bugs.toml:1: bugs.0.find is missing"):
        read_bugs(tmp_path)
