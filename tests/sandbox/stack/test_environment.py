"""The variables of a stack: `.env`, the process's own, and those of the stand-ins."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from sandbox.stack import BringUpError
from sandbox.stack import environment as env


def test_the_environment_takes_precedence_over_the_file(tmp_path: Path) -> None:
    """`.env` fills what the environment leaves out or empty, and nothing else."""
    file = tmp_path / ".env"
    file.write_text("A=file\nexport B='quoted # value'\nEMPTY=\n# a comment\n\nC=file\n")
    assert env.read(file, {"A": "process", "C": ""}) == {
        "A": "process",
        "B": "quoted # value",
        "C": "file",
    }


def test_without_a_file_there_is_only_the_environment(tmp_path: Path) -> None:
    """Without a `.env` the environment is all there is."""
    assert env.read(tmp_path / ".env", {"A": "1"}) == {"A": "1"}


def test_broken_lines_are_named_without_their_content(tmp_path: Path) -> None:
    """Every invalid line is named by its number; its content may be a key."""
    file = tmp_path / ".env"
    file.write_text("GOOD=1\nSARVAM_API_KEY 'sk_very_secret\nALSO=2\n=sk_other_secret\n")
    with pytest.raises(BringUpError) as caught:
        env.read(file, {})
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{file}, line 2", f"{file}, line 4"]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"A=\xff\xfe\n", None])
def test_an_unreadable_file_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    """A `.env` that is not text, or is a folder, is one line and no traceback."""
    file = tmp_path / ".env"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(BringUpError, match="cannot be read"):
        env.read(file, {})


def test_providers_without_a_key_are_simulated() -> None:
    """A provider whose key is absent, empty or a placeholder is served by a stand-in."""
    keys = {"SARVAM_API_KEY": "sk", "DEEPGRAM_API_KEY": "", "OPENAI_API_KEY": " <your key> "}
    assert env.without_key(keys) == ("deepgram", "openai", "cartesia")


def test_addresses_are_written_as_official_plugins_use_them() -> None:
    """Each address is written as that provider's official plugin would use it."""
    variables = env.of_stand_ins({name: f"h:{n}" for n, name in enumerate(env.PROVIDERS)})
    assert variables == {
        "SARVAM_API_KEY": "sandbox",
        "SARVAM_WS_URL": "ws://h:0/text-to-speech/ws",
        "SARVAM_BASE_URL": "http://h:0/text-to-speech",
        "DEEPGRAM_API_KEY": "sandbox",
        "DEEPGRAM_BASE_URL": "http://h:1/v1/listen",
        "OPENAI_API_KEY": "sandbox",
        "OPENAI_BASE_URL": "http://h:2/v1",
        "CARTESIA_API_KEY": "sandbox",
        "CARTESIA_BASE_URL": "http://h:3",
    }


def test_lines_can_be_read_back() -> None:
    """What `serve` prints is a `.env` with the same values."""
    variables = env.of_stand_ins({"sarvam": "127.0.0.1:7901", "openai": "127.0.0.1:7903"})
    assert dotenv_values(stream=StringIO(env.lines(variables))) == variables
