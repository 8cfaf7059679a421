"""The variables a worker is given: the process's own over those of a `.env` file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

PROVIDERS = ("sarvam", "deepgram", "openai", "cartesia")

# What guides and examples put where a value belongs.
_PLACEHOLDER = re.compile(
    r"(\w+://)?(\w+[-_])?your[-_ ].*|<.*>|(sk[-_])?(\.\.\.|xxx+)|change[-_]?me|replace[-_]?me",
    re.IGNORECASE,
)


def read_environment(
    env_file: Path, environ: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The variables of `env_file` under those of `environ`, and what is wrong with the file.

    An empty variable counts as none: compose files pass empty ones on. A problem names the line
    and never shows what is in it.
    """
    given = {name: value for name, value in environ.items() if value.strip()}
    try:
        text = env_file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return given, []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return given, [f"{env_file} cannot be read: {reason}"]
    # Not `dotenv_values`, which logs a line of its own for each that is broken.
    bindings = tuple(parse_stream(StringIO(text)))
    values = {binding.key: binding.value for binding in bindings if binding.key}
    written = {name: value for name, value in values.items() if value}
    return written | given, _broken_lines(env_file, bindings)


def missing_providers(values: Mapping[str, str]) -> tuple[str, ...]:
    """The providers that have no key among these variables."""
    return tuple(name for name in PROVIDERS if is_missing(values.get(f"{name.upper()}_API_KEY")))


def is_missing(value: str | None) -> bool:
    """Whether a value is none: absent, empty, or a placeholder such as `your-key-here`."""
    return not value or not value.strip() or bool(_PLACEHOLDER.fullmatch(value.strip()))


def _broken_lines(env_file: Path, bindings: Iterable[Binding]) -> list[str]:
    problems = []
    for binding in bindings:
        if not binding.error and (binding.key is None or binding.value is not None):
            continue
        # A statement begins with the blank lines above it.
        statement = binding.original.string
        blank = statement[: len(statement) - len(statement.lstrip())].count("\n")
        problems.append(
            f"{env_file}, line {binding.original.line + blank}: write NAME=value, "
            "with quotes around a value that has spaces or #"
        )
    return problems
