"""Files of callers, and the lines of their errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.assistant.toml_file import AssistantError
from evals.callers.load import load
from evals.callers.schema import CallerFile

HEAD = "now = 2026-12-01T09:10:00+05:30\n"
CALLER = """
[[callers]]
id = "one"
language = "en-IN"
persona = "calm"
goal = "Asks the hours"
opens = "When are you open?"
"""


def read(folder: Path, text: str) -> CallerFile:
    """The file with that text."""
    desk = folder / "desk"
    desk.mkdir()
    (desk / "callers.toml").write_text(text)
    return load(desk)


def test_a_file_is_read(tmp_path: Path) -> None:
    """A single text counts as a list of one."""
    file = read(tmp_path, HEAD + CALLER)
    assert file.callers[0].opens == ("When are you open?",)
    assert file.now.isoformat() == "2026-12-01T09:10:00+05:30"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD, "1: callers is missing"),
        (CALLER, "1: now is missing"),
        (HEAD + "what", "2: Expected"),
        (HEAD + CALLER + 'mood = "bad"\n', "9: callers.0.mood is not known here"),
        (HEAD + CALLER + CALLER.replace("en-IN", "English"), "12: callers.1.language"),
        (HEAD + CALLER + CALLER, ".*two callers have the id 'one'"),
        (HEAD + CALLER + 'says.colour = "red"\n', ".*'colour', which no ask is named"),
        (HEAD + CALLER + "says.name = []\n", "9: callers.0.says.name"),
        (HEAD + CALLER + 'also = "..."\n', "9: callers.0.also.0 needs at least one word"),
        (HEAD + CALLER + 'before = ["row"]\n', ".*'row', which is not in `rows`"),
        (HEAD + CALLER.replace("calm", "x"), "6: callers.0.persona 'x' is not one of calm,"),
        (HEAD + "names = ['(']\n" + CALLER, "2: names .* is no regular expression"),
        (HEAD + "names = ['Dr']\n" + CALLER, "2: names .* needs a group"),
        (
            HEAD + '[database]\ntables = ["a"]\n' + CALLER + 'expect.rows = [{table="b",where={}}]',
            ".*'b', which is not in `database.tables`",
        ),
    ],
)
def test_a_problem_has_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """And says what there is."""
    with pytest.raises(AssistantError, match=rf"^desk/callers.toml:{problem}"):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """By its assistant."""
    (tmp_path / "desk").mkdir()
    with pytest.raises(AssistantError, match=r"^desk/callers.toml: is missing"):
        load(tmp_path / "desk")
