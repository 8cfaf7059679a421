"""`make keys`: a pair in `.env`, once."""

from __future__ import annotations

import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tools.keys import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / ".env"


def pair(path: Path) -> tuple[str | None, str | None]:
    """The pair in a file."""
    values = dotenv_values(path)
    return values["LIVEKIT_API_KEY"], values["LIVEKIT_API_SECRET"]


def test_a_pair_is_written_once(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a file that is its owner's alone, and not onto the terminal; the next run keeps it."""
    assert main(env_file) == 0
    key, secret = pair(env_file)
    assert key
    assert secret
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    text = env_file.read_text()
    assert main(env_file) == 0
    assert env_file.read_text() == text
    shown = "".join(capsys.readouterr())
    assert "has a pair already" in shown
    assert secret not in shown
    assert key not in shown


def test_the_example_is_filled_in(env_file: Path) -> None:
    """Where a copy of it has empty values; everything else stays."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    env_file.write_text(example, encoding="utf-8")
    assert main(env_file) == 0
    key, secret = pair(env_file)
    filled = example.replace("LIVEKIT_API_KEY=\n", f"LIVEKIT_API_KEY={key}\n")
    filled = filled.replace("LIVEKIT_API_SECRET=\n", f"LIVEKIT_API_SECRET={secret}\n")
    assert env_file.read_text(encoding="utf-8") == filled != example


@pytest.mark.parametrize(
    "text", ["A=1", "A=1\n", "export LIVEKIT_API_KEY = ''\n# LIVEKIT_API_SECRET=x"]
)
def test_what_is_missing_is_added(env_file: Path, text: str) -> None:
    """The pair is appended on lines of its own."""
    env_file.write_text(text)
    assert main(env_file) == 0
    assert all(pair(env_file))
    assert dotenv_values(env_file).get("A") == dotenv_values(stream=StringIO(text)).get("A")


@pytest.mark.parametrize("name", ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"])
def test_half_a_pair_is_for_the_user(
    env_file: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The pair may belong to a server that is in use; its name is shown, its value is not."""
    env_file.write_text(f"{name}='mine'\n")
    assert main(env_file) == 1
    assert env_file.read_text() == f"{name}='mine'\n"
    error = capsys.readouterr().err
    assert f"has {name} alone" in error
    assert "mine" not in error


def test_a_file_that_cannot_be_read_is_one_line(
    env_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder, or bytes that are no text."""
    env_file.write_bytes(b"\xff")
    assert main(env_file) == 1
    assert main(env_file.parent) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_keys_are_made_without_any_package() -> None:
    """To run compose, nothing has to be installed."""
    command = [sys.executable, "-I", "-S", "-c"]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tools.keys"
    assert subprocess.run([*command, code], check=False, timeout=30).returncode == 0


def test_a_file_that_may_not_be_made_private_stays_as_it_is(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Providers' keys are in it."""

    def refuse(*_: object) -> None:
        raise PermissionError

    env_file.write_text("SARVAM_API_KEY=mine\n")
    monkeypatch.setattr("tools.keys.os.fchmod", refuse)
    assert main(env_file) == 1
    assert env_file.read_text() == "SARVAM_API_KEY=mine\n"
