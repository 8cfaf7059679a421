"""The command line: what is checked before LiveKit's own takes over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import command
from agent.cli.command import MISUSED, Command, main, parse

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ("start", Command(name="start")),
        ("dev --log-level debug", Command(name="dev")),
        ("start --url ws://h", Command(name="start", variables={"LIVEKIT_URL": "ws://h"})),
        ("start --api-key=k", Command(name="start", variables={"LIVEKIT_API_KEY": "k"})),
        ("console", Command(name="console", by_voice=True)),
        ("console --text", Command(name="console")),
        ("console --list-devices", Command(name=None)),
        ("start --help", Command(name=None)),
        ("start --url", Command(name=None)),
        ("--help", Command(name=None)),
        ("download-files", Command(name=None)),
        ("", Command(name=None)),
    ],
)
def test_arguments_decide_what_will_run(arguments: str, asked: Command) -> None:
    """Help and the like run nothing, so they need no settings."""
    assert parse(arguments.split()) == asked


def test_secrets_among_the_arguments_are_not_shown() -> None:
    """A traceback shows what a value looks like."""
    assert "s3cret" not in repr(parse(["start", "--api-secret", "s3cret"]))


def test_a_worker_without_keys_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every name that is missing, and exit code 2."""
    monkeypatch.setattr(command.os, "environ", {"PATH": "/bin"})
    monkeypatch.setattr("agent.config.load.ENV_FILE", tmp_path / "none")
    monkeypatch.setitem(command.load_settings.__kwdefaults__, "env_file", tmp_path / "none")
    assert main(["start", "--url", "ws://h", "--api-key", "k"]) == MISUSED
    errors = capsys.readouterr().err
    assert "LIVEKIT_API_SECRET is missing" in errors
    assert "SARVAM_API_KEY is missing" in errors
    assert "LIVEKIT_URL" not in errors
    assert "Traceback" not in errors


def test_ctrl_c_while_it_starts_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Importing takes seconds."""

    def interrupted(_: Command) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_run", interrupted)
    assert main([]) == 130
    assert capsys.readouterr().err == ""


def test_help_needs_no_keys_and_no_warning() -> None:
    """The whole program, as a newcomer starts it."""
    bare = {"PATH": os.environ["PATH"], "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "agent.py", "--help"],
        capture_output=True,
        text=True,
        env=bare,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("start", "dev", "console"):
        assert name in done.stdout
