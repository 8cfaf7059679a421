"""Lays out the files of a stage as its COPY lines do, without building an image."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from .dockerfile import Ignored, Stage, context

MADE_BY_RUN = {("build", PurePosixPath("/app/.venv")), ("page", PurePosixPath("/app/playground"))}
"""Stages and folders whose files come from package registries: installed, not copied."""


def lay_out(
    stages: dict[str, Stage], name: str, into: Path, *, root: Path, ignored: Ignored
) -> None:
    """Copy what the stage `name` has of the context `root` to `into`, its file system's root.

    Raises:
        FileNotFoundError: A COPY line names something that no build is given.
    """
    for copy in stages[name].copies:
        for source in copy.sources:
            target = into / copy.destination.relative_to("/")
            if copy.stage is not None:
                _from_stage(stages, copy.stage, source, target, root=root, ignored=ignored)
            else:
                _from_context(source, target, copy.into_folder, root=root, ignored=ignored)


def _from_context(
    source: str, target: Path, into_folder: bool, *, root: Path, ignored: Ignored
) -> None:
    files = context(root, source, ignored)
    if not files:
        raise FileNotFoundError(f"COPY {source}: .dockerignore leaves nothing of it")
    for file in files:
        within = file.relative_to(source.rstrip("/")) if (root / source).is_dir() else None
        place = target / within if within else target / file.name if into_folder else target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, place)


def _from_stage(
    stages: dict[str, Stage],
    stage: str,
    source: str,
    target: Path,
    *,
    root: Path,
    ignored: Ignored,
) -> None:
    other = target.with_name(f".{stage}")
    lay_out(stages, stage, other, root=root, ignored=ignored)
    made = other / PurePosixPath(source).relative_to("/")
    if made.exists():
        shutil.copytree(made, target, dirs_exist_ok=True)
    elif not _is_made(stage, PurePosixPath(source), MADE_BY_RUN):
        raise FileNotFoundError(f"COPY --from={stage} {source}: nothing makes it")
    shutil.rmtree(other, ignore_errors=True)


def _is_made(stage: str, path: PurePosixPath, made: Collection[tuple[str, PurePosixPath]]) -> bool:
    return any(stage == one and path.is_relative_to(folder) for one, folder in made)
