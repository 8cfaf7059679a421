"""Reads the Dockerfile and `.dockerignore`: what is copied where, and how the image runs."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

_ROOT = PurePosixPath("/")


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: from the context or from another stage, with an absolute destination."""

    sources: tuple[str, ...]
    destination: PurePosixPath
    stage: str | None
    into_folder: bool
    """Whether the destination is a folder, as it ends with a slash."""


@dataclass(slots=True)
class Stage:
    """One stage of the image."""

    base: str
    workdir: PurePosixPath = _ROOT
    environment: dict[str, str] = field(default_factory=dict)
    user: str = "0"
    copies: list[Copy] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    command: dict[str, list[str]] = field(default_factory=dict)
    """ENTRYPOINT and CMD."""


def parse(text: str) -> dict[str, Stage]:
    """The stages by name.

    Raises:
        ValueError: An instruction is of a form that these tests do not know.
    """
    stages: dict[str, Stage] = {}
    for name, value in _instructions(text):
        if name == "FROM":
            base, named, stage_name = value.split()
            if named != "AS":
                raise ValueError(f"a stage without a name: {value}")
            stages[stage_name] = stage = Stage(base)
        elif name == "WORKDIR":
            stage.workdir = stage.workdir / value
        elif name == "ENV":
            pairs = dict(pair.split("=", 1) for pair in shlex.split(value))
            stage.environment |= {key: _filled(text, stage) for key, text in pairs.items()}
        elif name == "USER":
            stage.user = value
        elif name == "COPY":
            stage.copies.append(_copy(value, stage))
        elif name == "RUN":
            stage.runs.append(value)
        elif name in {"ENTRYPOINT", "CMD"}:
            stage.command[name] = json.loads(value)
        elif name not in {"EXPOSE", "HEALTHCHECK", "STOPSIGNAL"}:
            raise ValueError(f"what does {name} do to the tree?")
    return stages


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0], line.split(None, 1)[1]) for line in joined.splitlines() if line]


def _filled(value: str, stage: Stage) -> str:
    # Of what a base image sets, only PATH is referred to.
    return value.replace("$PATH", stage.environment.get("PATH", "/usr/local/bin:/usr/bin:/bin"))


def _copy(value: str, stage: Stage) -> Copy:
    words = value.split()
    options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
    *sources, destination = (word for word in words if not word.startswith("--"))
    return Copy(
        sources=tuple(sources),
        destination=stage.workdir / destination,
        stage=options.get("from"),
        into_folder=destination.endswith("/"),
    )


class Ignored:
    """`.dockerignore`: the last pattern that matches a path, or a folder above it, decides."""

    def __init__(self, text: str) -> None:
        lines = (line.strip() for line in text.splitlines())
        self._patterns = [line for line in lines if line and not line.startswith("#")]

    def __call__(self, path: PurePosixPath) -> bool:
        """Whether a path, relative to the context, stays out of it."""
        ignored = False
        for pattern in self._patterns:
            bare = pattern.removeprefix("!").rstrip("/")
            above = (path, *path.parents[:-1])
            if any(self._fits(each, bare) for each in above):
                ignored = not pattern.startswith("!")
        return ignored

    def _fits(self, path: PurePosixPath, pattern: str) -> bool:
        anywhere = pattern.startswith("**/")
        parts = PurePosixPath(pattern.removeprefix("**/")).parts
        if anywhere:
            return len(path.parts) >= len(parts) and _same(path.parts[-len(parts) :], parts)
        return len(path.parts) == len(parts) and _same(path.parts, parts)


def _same(names: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    return all(map(fnmatchcase, names, patterns))


def context(root: Path, source: str, ignored: Ignored) -> list[PurePosixPath]:
    """The files under `source` that a build is given, relative to the context's root."""
    start = root / source
    found = [start] if start.is_file() else [path for path in start.rglob("*") if path.is_file()]
    relative = (PurePosixPath(path.relative_to(root).as_posix()) for path in found)
    return [path for path in relative if not ignored(path)]
