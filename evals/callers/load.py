"""Reads `callers.toml`; every problem is reported with the file and the line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from agent.assistant.toml_file import read_toml

from .schema import CallerFile

FILE: Final = "callers.toml"
_SCHEMA: Final = TypeAdapter(CallerFile)


def load(folder: Path) -> CallerFile:
    """The callers of the assistant in that folder.

    Raises:
        AssistantError: There is no file, or it is not valid.
    """
    return read_toml(folder / FILE, _SCHEMA, shown=f"{folder.name}/{FILE}")
