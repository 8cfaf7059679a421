"""Bugs as data, each planted in a copy of the assistant's folder or in its system prompt.

```toml
[[bugs]]
id = "price"
what = "The fee is Rs. 700 in the prompt"
file = "prompt.md"                 # of the assistant's folder; "instructions": the system prompt
find = "Rs. 500"                   # must be there once
replace = "Rs. 700"
first = ["fees"]                   # callers who are likely to find it
```
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from agent.assistant.toml_file import read_toml

FILE: Final = "bugs.toml"
INSTRUCTIONS: Final = "instructions"


class BugError(ValueError):
    """A bug that cannot be planted: the assistant has changed since it was written."""


class Bug(BaseModel):
    """One planted bug."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    what: str
    file: str
    find: str = Field(min_length=1)
    replace: str
    first: tuple[str, ...] = ()
    """Parts of the ids of callers who call first: the bug is found sooner."""

    def applied(self, text: str) -> str:
        """The text with the bug.

        Raises:
            BugError: What it replaces is not there, or there more than once.
        """
        if (count := text.count(self.find)) != 1:
            raise BugError(
                f"bug {self.id!r}: {self.file} has {self.find!r} {count} times, not once"
            )
        return text.replace(self.find, self.replace)


class BugFile(BaseModel):
    """The content of `bugs.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bugs: tuple[Bug, ...] = Field(min_length=1)


_SCHEMA: Final = TypeAdapter(BugFile)


@dataclass(frozen=True, slots=True)
class Planted:
    """A copy of an assistant with a bug."""

    bug: Bug
    folder: Path
    """Of the copy, which has the assistant's name."""


def read_bugs(folder: Path) -> tuple[Bug, ...]:
    """The bugs of the assistant in that folder.

    Raises:
        AssistantError: There is no file, or it is not valid.
    """
    return read_toml(folder / FILE, _SCHEMA, shown=f"{folder.name}/{FILE}").bugs


def plant(bug: Bug, folder: Path, into: Path) -> Planted:
    """A copy of the assistant's folder with the bug, in a folder of its own below `into`.

    Raises:
        BugError: It does not fit the assistant as it is.
    """
    # The name of a package of its own: Python keeps modules by name.
    copy = into / f"bug_{bug.id.replace('-', '_')}" / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    (copy.parent / "__init__.py").touch()
    if bug.file != INSTRUCTIONS:
        path = (copy / bug.file).resolve()
        if not path.is_relative_to(copy.resolve()) or not path.is_file():
            raise BugError(f"bug {bug.id!r}: {folder.name} has no file {bug.file!r}")
        path.write_text(bug.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
    return Planted(bug, copy)
