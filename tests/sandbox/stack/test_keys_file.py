"""The file with the keys of the server that is up."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sandbox.stack import BringUpError, keys_file
from sandbox.stack.environment import of_livekit

PAIR = of_livekit("ws://127.0.0.1:7880", "APIkey", "a-secret")


def test_it_is_there_as_long_as_the_server(tmp_path: Path) -> None:
    """For its owner alone, as an env file; read back as it was written."""
    path = keys_file.path_of(7880, tmp_path / "livekit")
    with keys_file.written(path, PAIR):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert keys_file.read(path) == PAIR
    assert not path.exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """What stands in its place is replaced: a file of a killed server, or a link to elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    path = tmp_path / "7880.env"
    path.symlink_to(elsewhere)
    with keys_file.written(path, PAIR):
        assert keys_file.read(path) == PAIR
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert elsewhere.read_text() == "precious"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """Without a word of the keys."""
    (tmp_path / "livekit").write_text("a file")
    with (
        pytest.raises(BringUpError, match=r"^cannot write .*7880\.env: ") as caught,
        keys_file.written(keys_file.path_of(7880, tmp_path / "livekit"), PAIR),
    ):
        pass
    assert "a-secret" not in str(caught.value)


def test_a_missing_file_says_how_to_start_a_server(tmp_path: Path) -> None:
    """What to do about it."""
    with pytest.raises(BringUpError, match="start it, or name another in LIVEKIT_URL"):
        keys_file.read(tmp_path / "7880.env")
