"""What the scripted caller says: a TOML file, checked before any call is made.

```toml
title = "A morning at the clinic"
language = "en-IN"
[[lines]]
text = "what are your opening hours"
expect = ["open", "hours"]      # at least one of these must be in the answer
[[lines]]
text = "sorry one more question"
interrupt_after = 1.0           # spoken over the answer before it, 1.0 s after its first sound
```
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

SCRIPTS = Path(__file__).with_name("scripts")


class ScriptError(ValueError):
    """A script that cannot be used; the message says what to change."""


class Line(BaseModel):
    """One thing the caller says, and what is expected of the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    expect: tuple[str, ...] = ()
    """Words or phrases of which at least one must be in the answer; empty: any answer."""
    interrupt_after: float | None = Field(None, gt=0, le=30)
    """Seconds after the first sound of the previous answer at which this line interrupts it.

    None: the line waits until the agent has finished."""

    @field_validator("text")
    @classmethod
    def _has_words(cls, text: str) -> str:
        if not any(character.isalnum() for character in text):
            raise ValueError("needs at least one word")
        return text.strip()


class Script(BaseModel):
    """A whole call from the caller's side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    language: str = Field("en-IN", pattern=r"^[a-z]{2,3}-[A-Z]{2}$")
    """BCP-47 code of the language the caller speaks."""
    voice: str = ""
    """Name of an espeak-ng voice or variant; empty: the language's default."""
    pace: float = Field(1.0, ge=0.5, le=2.0)
    answer_within: float = Field(8.0, gt=0, le=60)
    """Most seconds from the caller's last sound to the agent's first."""
    lines: tuple[Line, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _first_line_has_something_to_interrupt(self) -> Self:
        if self.lines[0].interrupt_after is not None:
            raise ValueError("the first line follows no answer that it could interrupt")
        return self


def names() -> list[str]:
    """The scripts that come with the sandbox, by name."""
    return sorted(path.stem for path in SCRIPTS.glob("*.toml"))


def load(script: str | Path) -> Script:
    """The script of that name, or in that file.

    Raises:
        ScriptError: There is no such script, or it is not valid.
    """
    path = Path(script)
    if path.suffix != ".toml":
        path = SCRIPTS / f"{script}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(
            f"Cannot read the script {str(script)!r} ({_reason(error)}): "
            f"give the path of a .toml file, or one of {', '.join(names())}."
        ) from error
    return parse(text, source=path.name)


def parse(text: str, *, source: str = "script") -> Script:
    """The script that `text` (TOML) describes; `source` names it in errors.

    Raises:
        ScriptError: With every problem, one on each line.
    """
    try:
        return Script.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(f"{source} is not TOML: {error}.") from error
    except ValidationError as error:
        problems = "\n".join(f"  {_where(item)}: {item['msg']}" for item in error.errors())
        raise ScriptError(f"{source} is not a script:\n{problems}") from error


def _where(error: Any) -> str:
    """`lines[2].text`, as a reader of the file would say it."""
    path = ""
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "as a whole"


def _reason(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "not UTF-8 text"
