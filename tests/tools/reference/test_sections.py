"""Sections of variables, from the classes of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from agent.config.settings import Settings
from playground.settings import Settings as Playground
from tools.reference.sections import Section, sections


class Example(BaseModel):
    """Settings of which each has another kind of value."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    # Doors. Who may
    # come in. And who not.
    key: SecretStr
    """The key."""
    spare_key: Annotated[SecretStr, "hidden"] | None = None
    """Another
    key."""

    # Windows. Light.
    panes: int = Field(4, ge=1)
    """How many."""
    height: float = Field(1.0, gt=0, le=2.5)
    """Metres."""
    width: int = Field(100, ge=100, le=400, multiple_of=50)
    """Centimetres."""
    is_open: bool = False
    """Whether it is open."""
    colour: Literal["red", "blue"] = "red"
    """Paint."""
    where: Path = Path("house/wall")
    """Folder."""
    names: tuple[str, ...] = ()
    """Names."""


class Silent(BaseModel):
    """Settings of which one has no docstring."""

    # Some. Things.
    name: str = ""


def test_a_comment_begins_a_section_with_a_title_and_a_text() -> None:
    """The first sentence is the title, whatever the lines."""
    doors, windows = sections(Example)
    assert (doors.title, doors.text) == ("Doors", "Who may come in. And who not.")
    assert windows.title == "Windows"
    assert [variable.name for variable in doors.variables] == ["KEY", "SPARE_KEY"]
    assert [variable.text for variable in doors.variables] == ["The key.", "Another key."]
    assert [variable.is_required for variable in doors.variables] == [True, False]


def test_values_and_defaults_are_spelt_as_in_an_env_file() -> None:
    """Bounds, choices and kinds come from the types."""
    shown = {
        variable.name: (variable.values, variable.default)
        for section in sections(Example)
        for variable in section.variables
    }
    assert shown == {
        "KEY": ("secret", ""),
        "SPARE_KEY": ("secret", ""),
        "PANES": ("1 or more", "4"),
        "HEIGHT": ("more than 0 to 2.5", "1"),
        "WIDTH": ("100 to 400, in steps of 50", "100"),
        "IS_OPEN": ("`true`, `false`", "false"),
        "COLOUR": ("`red`, `blue`", "red"),
        "WHERE": ("folder", "house/wall"),
        "NAMES": ("", ""),
    }


def test_a_setting_without_a_docstring_is_an_error() -> None:
    """Nobody could know what it does."""
    with pytest.raises(ValueError, match="name has no docstring"):
        sections(Silent)


@pytest.mark.parametrize("settings", [Settings, Playground])
def test_every_setting_is_in_a_section(settings: type[BaseModel]) -> None:
    """None is left out of the reference."""
    found: list[Section] = sections(settings)
    names = [variable.name.lower() for section in found for variable in section.variables]
    assert names == list(settings.model_fields)
