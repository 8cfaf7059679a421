"""The two files as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from agent.config.load import ROOM
from agent.config.settings import Settings
from playground.settings import Settings as Playground

from .sections import Section, Variable, sections

_ELSEWHERE = Path(__file__).with_name("elsewhere.md")

_EXAMPLE = """\
# Settings of the worker and the playground. Copy to .env and fill in the keys; the environment
# takes precedence over this file. A line that begins with # shows the default. Values with spaces
# or # need quotes. Bounds of all values: docs/configuration.md. Written by `make reference`.
"""

_CONFIGURATION = """\
# Configuration

Every setting, from the descriptions in the code. Written by `make reference`; a test fails when
this page is stale.

Set a variable in the environment or in `.env` (start from [.env.example](../.env.example)); the
environment takes precedence. Relative folders start at the project's folder. The worker checks all
settings before it starts, and reports all errors together:
[troubleshooting.md](troubleshooting.md).
"""


def env_example() -> str:
    """`.env.example`: each variable with its default, in a comment unless it must be set."""
    parts = [_EXAMPLE]
    for section in _all():
        if section.title == "Stand-ins":
            continue
        lines = _comment(f"{section.title}. {section.text}")
        for variable in section.variables:
            lines += _comment(variable.text)
            shown = f"{variable.name}={_quoted(variable.default)}"
            lines.append(shown if _is_to_fill_in(variable) else f"# {shown}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def configuration() -> str:
    """docs/configuration.md: a table for each section."""
    parts = [_CONFIGURATION]
    for section in _all():
        lines = [f"## {section.title}", ""]
        if section.text:
            lines += [section.text, ""]
        lines += ["| variable | values | default | what |", "|---|---|---|---|"]
        lines += [_row(variable) for variable in section.variables]
        parts.append("\n".join(lines) + "\n")
    return "\n".join([*parts, _ELSEWHERE.read_text(encoding="utf-8")])


def _all() -> Iterable[Section]:
    yield from sections(Settings)
    worker = {name.upper() for name in Settings.model_fields}
    for section in sections(Playground):
        # The server's address and keys, and the agent's name, are those of the worker.
        if not worker & {variable.name for variable in section.variables}:
            yield section


def _row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    if variable.is_required:
        default = "required"
    elif variable.name in ROOM:
        default = "required, except by `console`"
    return f"| `{variable.name}` | {variable.values} | {default} | {variable.text} |"


def _is_to_fill_in(variable: Variable) -> bool:
    return variable.is_required or variable.name in ROOM


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text.strip(),
        100,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value or "#" in value else value
