"""Whatever player the system has."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.phrases.player import play, players


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs: one that notes what it plays, and one that has no sound card."""
    for name, does in {"aplay": f'echo "$@" >> {tmp_path}/played', "paplay": "exit 1"}.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    return tmp_path


def test_players_of_the_system_are_found(programs: Path) -> None:
    """And no others, in our order."""
    found = [Path(program).name for program, *_ in players(str(programs))]
    assert found == ["paplay", "aplay"]
    assert players(str(programs / "nowhere")) == []


def test_one_that_fails_is_followed_by_the_next(programs: Path) -> None:
    """A server may have a player and no sound card."""
    file = programs / "a b.wav"
    assert play(file, players(str(programs)))
    assert (programs / "played").read_text() == f"-q {file}\n"


def test_without_a_player_nothing_is_played(programs: Path) -> None:
    """The caller says where the file is."""
    assert not play(programs / "a.wav", [])
    assert not play(programs / "a.wav", [(str(programs / "paplay"),)])
