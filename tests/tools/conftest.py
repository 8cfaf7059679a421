"""A clone with fake programs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tools.bootstrap.place import Place
from tools.bootstrap.progress import Progress


class Clone:
    """An empty clone, and a PATH with nothing on it but what the test puts there."""

    def __init__(self, root: Path) -> None:
        self.place = Place(root)
        self.out = io.StringIO()
        self.progress = Progress(self.place.logs, out=self.out)
        self.programs = root / "programs"
        self.calls = root / "calls"

    def program(self, name: str, text: str) -> None:
        """A program on PATH; each of its calls is written down."""
        self.programs.mkdir(exist_ok=True)
        file = self.programs / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{text}\n')
        file.chmod(0o755)

    def called(self) -> list[str]:
        """The calls so far, in order."""
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A clone and an empty PATH."""
    made = Clone(tmp_path)
    monkeypatch.setenv("PATH", str(made.programs))
    monkeypatch.delenv("LIVEKIT_SERVER", raising=False)
    return made
