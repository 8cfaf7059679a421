"""Building livekit-server: once, by a Go that is new enough, and whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.stack.livekit_binary import VERSION, built_path
from tools.bootstrap import livekit
from tools.bootstrap.place import BootstrapError

if TYPE_CHECKING:
    from .conftest import Clone

# Writes a program to the path after `-o`, as `go build` does.
BUILDS = """
[ "$1" = version ] && { echo "go version go1.26.3 linux/amd64"; exit 0; }
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho livekit-server version %s\\n' VERSION > "$2"
/bin/chmod +x "$2"
""".replace("VERSION", VERSION)


@pytest.fixture(autouse=True)
def module(clone: Clone) -> None:
    """The folder in which Go is run."""
    (clone.place.root / "tools" / "livekit-server").mkdir(parents=True)


def test_the_server_is_built_once(clone: Clone) -> None:
    """The server is built and put in its place; the second time there is nothing to do."""
    clone.program("go", BUILDS)
    livekit.install(clone.place, clone.progress)
    assert built_path(clone.place.root).stat().st_mode & 0o111
    livekit.install(clone.place, clone.progress)
    assert [call.split()[1] for call in clone.called()] == ["version", "build"]
    assert not (clone.place.cache / "livekit-build").exists()


def test_a_failed_build_leaves_no_server(clone: Clone) -> None:
    """Only its downloads are kept."""
    clone.program("go", '[ "$1" = version ] && { echo go1.26.0; exit 0; }; echo broken; exit 1')
    with pytest.raises(BootstrapError, match=r"`go` ended with 1(.|\n)*broken"):
        livekit.install(clone.place, clone.progress)
    assert not built_path(clone.place.root).exists()
    assert (clone.place.cache / "livekit-build").is_dir()


def test_a_server_that_does_not_run_is_not_kept(clone: Clone) -> None:
    """A server that was built but does not run here is not kept."""
    clone.program("go", BUILDS.replace("echo livekit-server", "echo wrong >&2; exit 1;"))
    with pytest.raises(BootstrapError, match="does not run here: wrong"):
        livekit.install(clone.place, clone.progress)
    assert not built_path(clone.place.root).exists()


@pytest.mark.parametrize("own", ["", "go version go1.25.9 linux/amd64"])
def test_a_go_that_is_new_enough_is_installed_for_the_build(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    """Without a Go that is new enough one is installed, used, and deleted after the build."""
    if own:
        clone.program("go", f'echo "{own}"')
    folder = clone.place.cache / "go-venv"

    def tool_venv(*_: object) -> Path:
        folder.mkdir(parents=True)
        clone.program("go", BUILDS)
        (clone.programs / "go").rename(folder / "go")
        return folder

    monkeypatch.setattr(livekit, "tool_venv", tool_venv)
    livekit.install(clone.place, clone.progress)
    assert built_path(clone.place.root).exists()
    assert not folder.exists()


def test_a_server_that_is_installed_already_is_used(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server on PATH or named by LIVEKIT_SERVER is used; a wrong name is an error."""
    clone.program("livekit-server", "")
    livekit.install(clone.place, clone.progress)
    monkeypatch.setenv("LIVEKIT_SERVER", "/nowhere")
    with pytest.raises(BootstrapError, match="LIVEKIT_SERVER=/nowhere"):
        livekit.install(clone.place, clone.progress)
    assert clone.called() == []


def test_the_build_ignores_go_settings_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build leaves the user's Go caches alone and takes no flags of theirs, but their proxy."""
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("GOPROXY", "their-proxy")
    environment = livekit.build_environment(tmp_path)
    assert environment["GOPROXY"] == "their-proxy"
    assert "vendor" not in environment["GOFLAGS"]
    for name in ("GOPATH", "GOMODCACHE", "GOCACHE"):
        assert Path(environment[name]).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26)),
        ("go version go1.27rc1 darwin/arm64", (1, 27)),
        ("go version devel +abc", None),
        ("", None),
    ],
)
def test_the_version_of_go_is_parsed(text: str, version: tuple[int, int] | None) -> None:
    """The version is read from Go's own words."""
    assert livekit.parse_go_version(text) == version
