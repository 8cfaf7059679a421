"""Reads a TOML file against a schema; each problem names the file and the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

MAX_BYTES = 1_000_000
"""More is no file that a person wrote."""


class AssistantError(Exception):
    """Assistants cannot be loaded. `problems` has a line for each problem, with file and line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_text(path: Path, *, shown: str) -> str:
    """The text of a file.

    Raises:
        AssistantError: It is missing, too long or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise AssistantError(f"{shown}: is longer than {MAX_BYTES:,} bytes")
        return content.decode("utf-8")
    except FileNotFoundError:
        raise AssistantError(f"{shown}: is missing") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AssistantError(f"{shown}:{line}: is not UTF-8") from None
    except OSError as error:
        raise AssistantError(f"{shown}: cannot be read ({error.strerror})") from None


def read_toml(path: Path, schema: TypeAdapter[T], *, shown: str) -> T:
    """The content of a TOML file, validated.

    Args:
        shown: The path in messages.

    Raises:
        AssistantError: Lists every problem of the file.
    """
    text = read_text(path, shown=shown)
    try:
        return schema.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = place[1] if place else text.count("\n") + 1
        message = str(error) if place is None else str(error)[: place.start()]
        raise AssistantError(f"{shown}:{line}: {message}") from None
    except ValidationError as error:
        raise AssistantError(
            *(_explained(text, detail, shown) for detail in error.errors(include_input=False))
        ) from None


def line_of(text: str, place: tuple[Any, ...]) -> int:
    """The line, from 1, on which a place (keys, from the outermost) stands in a TOML text; the
    nearest enclosing one that can be found."""
    lines = text.splitlines()
    found = 1
    names = [str(part) for part in place if not isinstance(part, int)]
    for depth in range(len(names), 0, -1):
        header = ".".join(names[:depth])
        for number, line in enumerate(lines, 1):
            stripped = line.strip().replace('"', "")
            if stripped in (f"[{header}]", f"[[{header}]]"):
                return _key_line(lines, number, names[depth:]) or number
    return _key_line(lines, 0, names) or found


def _key_line(lines: list[str], start: int, names: list[str]) -> int | None:
    """The line behind `start`, up to the next table, that sets the first of `names`."""
    if not names:
        return None
    setting = re.compile(rf'\s*"?{re.escape(names[0])}"?\s*[.=]')
    for number, line in enumerate(lines[start:], start + 1):
        if line.lstrip().startswith("["):
            return None
        if setting.match(line):
            return number
    return None


def _explained(text: str, detail: Any, shown: str) -> str:
    # pydantic adds "[key]" to the place of a mapping's key that is not valid.
    place = tuple(part for part in detail["loc"] if part != "[key]")
    named = ".".join(str(part) for part in place)
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        message = "is not known here"
    if detail["type"] in ("missing", "missing_argument"):
        message = "is missing"
    return f"{shown}:{line_of(text, place)}: {named} {message}"
