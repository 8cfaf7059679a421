"""The image: the same bytes for everybody, nothing of this machine, and a user who may write."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from .conftest import ROOT, named_volumes
from .container import UID
from .dockerfile import Ignored, Stage, context, parse
from .tree import lay_out

PINNED = re.compile(r"[a-z0-9./-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}")


def test_every_base_is_pinned(stages: dict[str, Stage]) -> None:
    """By tag for people and by digest for Docker, and a tag has one digest."""
    first = (ROOT / "Dockerfile").read_text("utf-8").splitlines()[0]
    bases = [stage.base for stage in stages.values()] + [first.removeprefix("# syntax=")]
    assert all(PINNED.fullmatch(base) for base in bases)
    tags = {base.partition("@")[0] for base in bases}
    assert len(set(bases)) == len(tags)


@pytest.mark.parametrize("name", ["build", "page", "sandbox", "worker"])
def test_every_copied_file_is_given_to_the_build(
    stages: dict[str, Stage], ignored: Ignored, tmp_path: Path, name: str
) -> None:
    """`.dockerignore` leaves nothing out that a COPY line names."""
    lay_out(stages, name, tmp_path, root=ROOT, ignored=ignored)
    assert any(tmp_path.iterdir())


def test_a_copy_of_what_is_left_out_is_an_error(tmp_path: Path) -> None:
    """As Docker's would be, so that the test above can fail."""
    (tmp_path / "secret").touch()
    stages = parse("FROM a:1 AS one\nCOPY secret ./")
    with pytest.raises(FileNotFoundError, match="COPY secret"):
        lay_out(stages, "one", tmp_path / "tree", root=tmp_path, ignored=Ignored("*"))


@pytest.mark.parametrize(
    "path", [".env", ".env.example", ".git/config", ".venv/bin/python", "tests/conftest.py"]
)
def test_nothing_of_this_machine_is_given_to_the_build(ignored: Ignored, path: str) -> None:
    """Neither keys nor history nor tests, so no COPY line can put them into an image."""
    assert ignored(PurePosixPath(path))


def test_no_bytecode_of_this_machine_is_given_to_the_build(ignored: Ignored) -> None:
    """It may be of another Python."""
    assert not [path for path in context(ROOT, "agent", ignored) if path.suffix == ".pyc"]


def test_the_worker_owns_what_it_writes_to_and_nothing_else(
    stages: dict[str, Stage], services: dict
) -> None:
    """The store lies in a volume whose folder the image makes for the worker's user; the code is
    root's."""
    worker = stages["worker"]
    assert worker.user == str(UID)
    store = PurePosixPath(worker.environment["PHRASE_STORE_DIR"])
    (volume,) = named_volumes(services["worker"]).values()
    assert store.is_relative_to(volume)
    (made,) = re.findall(
        r"install --directory --owner=agent --group=agent --mode=700 ([^&]+)", worker.runs[0]
    )
    assert {volume, str(store), f"{volume}/journal", f"{volume}/data"} == set(made.split())
    assert f"useradd --uid {UID} " in worker.runs[0]
    assert "--chown" not in (ROOT / "Dockerfile").read_text("utf-8").replace(
        "--chown=root:root", ""
    )


def test_python_is_the_one_that_is_declared(stages: dict[str, Stage]) -> None:
    """All stages run the oldest Python that is supported: what runs there runs on the others."""
    pythons = {stage.base.partition("@")[0] for stage in stages.values() if "python" in stage.base}
    assert pythons == {"python:3.11-slim-bookworm"}
