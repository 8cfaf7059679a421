"""How commands are named, chosen from and ended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bench import cli
from sandbox.stack import BringUpError

ROOT = Path(__file__).parents[2]


def test_every_command_that_the_docs_name_exists() -> None:
    """Under its own name: a renamed command is renamed everywhere."""
    import bench.__main__ as main  # noqa: F401

    known = {c.name or c.callback.__name__.replace("_", "-") for c in cli.app.registered_commands}
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("plugins/*/README.md")]
    named = {
        n for path in texts for n in re.findall(r"-m bench ([a-z-]+)", path.read_text("utf-8"))
    }
    assert named <= known
    assert {"tts", "budget"} <= known


@pytest.mark.parametrize(("returned", "code"), [(0, 0), (False, 0), (1, 1), (True, 1), (2, 2)])
def test_what_a_command_returns_is_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, returned: int, code: int
) -> None:
    """True, where a limit was exceeded, is 1."""
    monkeypatch.setattr(cli, "app", typer.Typer())
    with pytest.raises(typer.Exit) as ended:
        cli.command(lambda: returned)()
    assert ended.value.exit_code == code


@pytest.mark.parametrize("error", [BringUpError("no server"), ValueError("no server")])
def test_an_error_that_a_user_can_fix_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    """Without a traceback; a bug keeps its own."""

    def run() -> int:
        raise error

    monkeypatch.setattr(cli, "app", typer.Typer())
    with pytest.raises(typer.Exit) as ended:
        cli.command(run)()
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "no server\n"


def test_names_choose_entries_and_no_name_chooses_all() -> None:
    """An unknown name is refused with those that there are."""
    among = {"one": 1, "two": 2}
    assert cli.choose(None, among, "entry") == among
    assert cli.choose(["two"], among, "entry") == {"two": 2}
    with pytest.raises(ValueError, match="no entry 'three'; there are: one, two"):
        cli.choose(["three"], among, "entry")
