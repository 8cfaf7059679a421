"""A TOML file is read within bounds, and problems have a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from agent.assistant.toml_file import MAX_BYTES, AssistantError, line_of, read_text, read_toml

TEXT = """
name = "x"

[voice]
pace = 1

[voices.hi-IN]
"pace" = 2
[[mcp]]
url = "u"
[[mcp]]
headers.key = "k"
url = "v"
[mcp.more]
"a.b" = 1
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 2),
        (("voice",), 4),
        (("voice", "pace"), 5),
        (("voice", "speaker"), 4),
        (("voices", "hi-IN"), 7),
        (("voices", "hi-IN", "pace"), 8),
        (("mcp", 0, "url"), 10),
        (("mcp", 1), 11),
        (("mcp", 1, "url"), 13),
        (("mcp", 1, "headers", "key"), 12),
        (("mcp", 1, "more", "a.b"), 15),
        (("mcp", 2, "url"), 1),
        (("nothing",), 1),
    ],
)
def test_a_place_has_a_line(place: tuple[str | int, ...], line: int) -> None:
    """That of the key, or else of what it belongs in."""
    assert line_of(TEXT, place) == line


def test_a_file_is_bounded_and_utf8(tmp_path: Path) -> None:
    """A person wrote it."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(AssistantError, match=r"^a.toml: is longer than 1,000,000 bytes$"):
        read_text(path, shown="a.toml")
    path.write_bytes(b"one\n\xff")
    with pytest.raises(AssistantError, match=r"^a.toml:2: is not UTF-8$"):
        read_text(path, shown="a.toml")
    with pytest.raises(AssistantError, match=r"^b.toml: cannot be read"):
        read_text(tmp_path, shown="b.toml")


def test_a_broken_end_has_the_last_line(tmp_path: Path) -> None:
    """TOML's reader gives no number there."""
    path = tmp_path / "a.toml"
    path.write_text('a = 1\nb = "')
    with pytest.raises(AssistantError, match=r"^a.toml:2: "):
        read_toml(path, TypeAdapter(dict[str, int]), shown="a.toml")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Editors of Windows write one."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(path, TypeAdapter(dict[str, int]), shown="a.toml") == {"a": 1}


def test_a_file_that_is_nested_too_deeply_is_a_problem(tmp_path: Path) -> None:
    """Python's reader calls itself for each bracket."""
    path = tmp_path / "a.toml"
    path.write_text("a = " + "[" * 20_000 + "]" * 20_000)
    with pytest.raises(AssistantError, match=r"^a.toml: is nested too deeply$"):
        read_toml(path, TypeAdapter(dict[str, object]), shown="a.toml")
