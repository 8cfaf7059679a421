"""The settings as a reader meets them: sections of variables, from the classes' own source."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One setting. `values` and `default` are spelt as in `.env`; empty: anything, nothing."""

    name: str
    values: str
    default: str
    text: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Variables under one comment of the class."""

    title: str
    text: str
    variables: list[Variable] = field(default_factory=list)


def sections(settings: type[BaseModel]) -> list[Section]:
    """The sections of a class whose fields have docstrings.

    A comment between two fields begins a section: its first sentence is the title.
    """
    found: list[Section] = []
    comment: list[str] = []
    for line in inspect.getsource(settings).splitlines():
        if note := re.match(r"    # (.+)", line):
            comment.append(note[1])
        elif (start := re.match(r"    (\w+): ", line)) and start[1] in settings.model_fields:
            if comment:
                title, _, text = " ".join(comment).partition(". ")
                found.append(Section(title=title, text=text))
                comment = []
            found[-1].variables.append(_variable(start[1], settings.model_fields[start[1]]))
    return found


def _variable(name: str, info: FieldInfo) -> Variable:
    if not info.description:
        raise ValueError(f"{name} has no docstring")
    is_required = info.is_required()
    return Variable(
        name=name.upper(),
        values=_values(info),
        default="" if is_required else spelt(info.get_default(call_default_factory=True)),
        text=" ".join(info.description.split()),
        is_required=is_required,
    )


def _values(info: FieldInfo) -> str:
    if get_origin(info.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(info.annotation))
    kinds = set(_kinds(info.annotation))
    for kind, values in ((bool, "`true`, `false`"), (Path, "folder"), (SecretStr, "secret")):
        if kind in kinds:
            return values
    return _bounds({name: value for item in info.metadata for name, value in _limits(item)})


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types in a union, without what is annotated to them."""
    if get_origin(annotation) is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _kinds(each)
    else:
        yield annotation


def _limits(item: object) -> list[tuple[str, Any]]:
    names = ("gt", "ge", "le", "multiple_of")
    return [(name, getattr(item, name)) for name in names if hasattr(item, name)]


def _bounds(limits: Mapping[str, float]) -> str:
    if not limits:
        return ""
    least = f"more than {limits['gt']:g}" if "gt" in limits else f"{limits['ge']:g}"
    most = f" to {limits['le']:g}" if "le" in limits else "" if "gt" in limits else " or more"
    steps = f", in steps of {limits['multiple_of']:g}" if "multiple_of" in limits else ""
    return least + most + steps


def spelt(value: object) -> str:
    """A default as `.env` would have it."""
    match value:
        case None | () | {}:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:g}"
        case _:
            return str(value)
