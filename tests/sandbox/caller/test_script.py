"""Scripts are read whole or refused with a message that says what to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.caller import script


@pytest.mark.parametrize("name", script.names())
def test_scripts_that_come_with_the_sandbox(name: Any) -> None:
    """Every script in the folder is valid and long enough to be a conversation."""
    assert len(script.load(name).lines) >= 4


def test_the_scripts_are_listed_by_name() -> None:
    """The demo's scripts are offered by name."""
    assert {"clinic", "hindi", "tamil", "barge-in"} <= set(script.names())


def test_every_field_of_a_script_is_read() -> None:
    """All that a script can say is read."""
    parsed = script.parse(
        """
        title = "t"
        language = "hi-IN"
        pace = 1.2
        answer_within = 3
        [[lines]]
        text = " नमस्ते "
        expect = ["जी", "नमस्ते"]
        [[lines]]
        text = "रुकिए"
        interrupt_after = 0.5
        """
    )
    assert parsed.language == "hi-IN"
    assert parsed.answer_within == 3
    assert parsed.lines[0].text == "नमस्ते"
    assert parsed.lines[0].expect == ("जी", "नमस्ते")
    assert parsed.lines[1].interrupt_after == 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "is not TOML"),
        ("title = 't'\nlines = []", "lines: "),
        ("lines = [{text = 'hello'}]", "title: "),
        ("title = 't'\nlines = [{text = ' ... '}]", r"lines\[0\].text: .*at least one word"),
        ("title = 't'\nlines = [{text = 'a', expects = ['b']}]", r"lines\[0\].expects: "),
        ("title = 't'\npace = 9\nlines = [{text = 'a'}]", "pace: "),
        ("title = 't'\nlanguage = 'english'\nlines = [{text = 'a'}]", "language: "),
        ("title = 't'\nlines = [{text = 'a', interrupt_after = 1}]", "follows no answer"),
    ],
)
def test_a_bad_script_is_refused(text: str, message: str) -> None:
    """The message names the file, the place in it and the trouble."""
    with pytest.raises(script.ScriptError, match=message) as caught:
        script.parse(text, source="mine.toml")
    assert "mine.toml" in str(caught.value)


def test_all_problems_are_reported_together() -> None:
    """A script with two errors gets both messages."""
    with pytest.raises(script.ScriptError) as caught:
        script.parse("pace = 9\nlines = [{text = 'a'}]")
    assert "title" in str(caught.value)
    assert "pace" in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere", "folder/nowhere.toml"])
def test_an_unknown_script_is_refused_with_the_names_of_all(name: str) -> None:
    """The message offers the scripts there are."""
    with pytest.raises(script.ScriptError, match="clinic"):
        script.load(name)


def test_a_script_from_a_file(tmp_path: Path) -> None:
    """A path to a TOML file is a script too; a binary file is refused."""
    path = tmp_path / "mine.toml"
    path.write_text("title = 't'\nlines = [{text = 'hello'}]", encoding="utf-8")
    assert script.load(path).lines[0].text == "hello"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(script.ScriptError, match="not UTF-8"):
        script.load(path)
