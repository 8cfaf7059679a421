"""Which livekit-server is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.stack.livekit_binary import (
    ROOT,
    VERSION,
    LiveKitServerNotFoundError,
    built_path,
    find,
)


def program(path: Path) -> Path:
    """A file that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_named_server_precedes_path_and_the_built_one(tmp_path: Path) -> None:
    """The named one comes before the one on PATH, that one before the one built here."""
    assert find(tmp_path, {"PATH": str(tmp_path / "bin")}) is None
    built = program(built_path(tmp_path))
    assert find(tmp_path, {"PATH": str(tmp_path / "bin")}) == built
    on_path = program(tmp_path / "bin" / "livekit-server")
    assert find(tmp_path, {"PATH": str(tmp_path / "bin")}) == on_path
    named = program(tmp_path / "mine")
    environment = {"PATH": str(tmp_path / "bin"), "LIVEKIT_SERVER": f" {named} "}
    assert find(tmp_path, environment) == named


def test_a_wrong_livekit_server_is_an_error(tmp_path: Path) -> None:
    """It is not replaced by another server."""
    program(built_path(tmp_path))
    with pytest.raises(LiveKitServerNotFoundError, match="LIVEKIT_SERVER=/nowhere is not"):
        find(tmp_path, {"LIVEKIT_SERVER": "/nowhere"})


def test_bare_python_can_import_it() -> None:
    """The bootstrap asks here before any package is installed."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import sandbox.stack.livekit_binary"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


def test_version_is_the_one_that_is_built() -> None:
    """The Go module builds the version that is named here."""
    module = (ROOT / "tools" / "livekit-server" / "go.mod").read_text()
    assert f"github.com/livekit/livekit-server v{VERSION}" in module
