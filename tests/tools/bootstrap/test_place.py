"""Stamps, fingerprints and what `.env` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.bootstrap.place import (
    BootstrapError,
    Place,
    fingerprint,
    is_set,
    is_stamped,
    write_stamp,
)


def test_a_fingerprint_changes_with_its_inputs(tmp_path: Path) -> None:
    """The same inputs give the same hash; another content, absence or word gives another."""
    file = tmp_path / "lock"
    seen = [fingerprint((file,))]
    file.write_text("absent")
    seen.append(fingerprint((file,)))
    file.write_text("a==1")
    seen += [fingerprint((file,)), fingerprint((file, file)), fingerprint((file,), "x")]
    assert len(set(seen)) == len(seen)
    assert fingerprint((file,)) == seen[2]


def test_a_part_is_finished_if_its_stamp_has_the_value(tmp_path: Path) -> None:
    """A part is finished if its stamp has exactly the value; anything else is not finished."""
    stamp = tmp_path / "stamp"
    assert not is_stamped(stamp, "v1")
    write_stamp(stamp, "v1")
    assert is_stamped(stamp, "v1")
    assert not is_stamped(stamp, "v2")
    stamp.write_bytes(b"\xff")
    assert not is_stamped(stamp, "v1")
    assert [path.name for path in tmp_path.iterdir()] == ["stamp"]


def test_a_disk_without_room_is_reported(tmp_path: Path) -> None:
    """The error has both numbers; a disk with room is no error."""
    Place(tmp_path).require_space(0.0, "nothing")
    with pytest.raises(BootstrapError, match=r"the server needs about 9999999.0 GB .* GB are free"):
        Place(tmp_path).require_space(9999999, "the server")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("NAME=ws://x", True),
        ("  export NAME = 'ws://x'", True),
        ('NAME="ws://x" # mine', True),
        ("NAME=", False),
        ("NAME=''", False),
        ("NAME=   # none", False),
        ("#NAME=ws://x", False),
        ("OTHER_NAME=ws://x", False),
        ("NAMES=ws://x", False),
        ("NAME=one\nNAME=", False),
        ("NAME\nbroken 'line", False),
    ],
)
def test_a_variable_is_set_by_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: bool
) -> None:
    """A variable is set if its last line in `.env` has a value."""
    monkeypatch.delenv("NAME", raising=False)
    (tmp_path / ".env").write_text(f"FIRST=1\n{line}\n")
    assert is_set(tmp_path, "NAME") is expected


def test_a_variable_may_be_set_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable may be set in either place; an empty one is set in neither."""
    monkeypatch.setenv("NAME", " ")
    assert not is_set(tmp_path, "NAME")
    monkeypatch.setenv("NAME", "x")
    assert is_set(tmp_path, "NAME")
    (tmp_path / ".env").write_text("NAME=file\n")
    monkeypatch.setenv("NAME", "")
    assert is_set(tmp_path, "NAME")
