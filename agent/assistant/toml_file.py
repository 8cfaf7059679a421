"""Reads a TOML file against a schema; each problem names the file and the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_PATH = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_NAME = re.compile(_KEY)
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PATH})\s*\]")
_SETTING = re.compile(rf"\s*({_PATH})\s*=")

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
        # Some editors of Windows write a byte order mark.
        return content.decode("utf-8-sig")
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
    except RecursionError:
        raise AssistantError(f"{shown}: is nested too deeply") from None
    except ValidationError as error:
        raise AssistantError(
            *(_explained(text, detail, shown) for detail in error.errors(include_input=False))
        ) from None


def line_of(text: str, place: tuple[Any, ...]) -> int:
    """The line, from 1, on which a place (keys and indices, from the outermost) stands in a TOML
    text; the nearest enclosing one that can be found."""
    found, depth = 1, 0
    table: tuple[Any, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header[2])
            if header[1] == "[[":
                seen[names] = seen.get(names, -1) + 1
            here = table = _within(names, seen)
        elif setting := _SETTING.match(line):
            here = (*table, *_names(setting[1]))
        else:
            continue
        if len(here) > depth and here == place[: len(here)]:
            found, depth = number, len(here)
    return found


def _names(path: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _NAME.findall(path))


def _within(names: tuple[str, ...], seen: Mapping[tuple[str, ...], int]) -> tuple[Any, ...]:
    """A table's place: in an array of tables, that of the last one so far."""
    place: list[Any] = []
    for depth, name in enumerate(names, 1):
        place.append(name)
        if names[:depth] in seen:
            place.append(seen[names[:depth]])
    return tuple(place)


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
