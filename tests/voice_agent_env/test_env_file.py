"""Variables: the process's own over those of the file, and what is wrong with the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent_env.env_file import is_missing, missing_providers, read_environment


def read(tmp_path: Path, text: str, **environ: str) -> tuple[dict[str, str], list[str]]:
    env_file = tmp_path / ".env"
    env_file.write_text(text, encoding="utf-8")
    return read_environment(env_file, environ)


def test_the_environment_wins_unless_it_is_empty(tmp_path: Path) -> None:
    """Compose files pass variables on that nobody set."""
    values, problems = read(tmp_path, "A=file\nB=file\n", A="", B="process", C="process")
    assert (values, problems) == ({"A": "file", "B": "process", "C": "process"}, [])


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    """Containers have none."""
    assert read_environment(tmp_path / "none", {"A": "1"}) == ({"A": "1"}, [])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1", {"A": "1"}),
        ("export A='1 # 2'  # why\r\n", {"A": "1 # 2"}),
        ('\ufeffA="x"\n\n# note\n', {"A": "x"}),
        ("A=${HOME}$x\n", {"A": "${HOME}$x"}),
        ("A=\nB= \n", {}),
        ("A=1\nA=2\nB=1\nB=\n", {"A": "2"}),
    ],
)
def test_lines_are_read_as_dotenv_writes_them(
    tmp_path: Path, text: str, values: dict[str, str]
) -> None:
    """With quotes, comments, a byte order mark; a key with a dollar sign stays itself."""
    assert read(tmp_path, text) == (values, [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A=1\nsk_secret oops\n", 2),
        ("\n\n# note\n\nsk_secret oops", 5),
        ("A='sk_secret\nB=2\n", 1),
        ("sk_secret\n", 1),
        ("=sk_secret\r\nA=1", 1),
    ],
)
def test_a_broken_line_is_named_and_not_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, line: int
) -> None:
    """It may be a key that lost its name; the parser's own warning would only say it again."""
    _, [problem] = read(tmp_path, text)
    assert f".env, line {line}: write NAME=value" in problem
    assert "sk_secret" not in problem
    assert caplog.records == []


def test_a_file_that_is_no_text_is_reported(tmp_path: Path) -> None:
    """As is a folder of that name."""
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe")
    _, [problem] = read_environment(tmp_path / ".env", {})
    assert "UTF-8" in problem
    _, [problem] = read_environment(tmp_path, {})
    assert "cannot be read" in problem


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "your-key-here", "your_sarvam_key", "sk-your-key", "<key>", "...", "sk-..."),
        *("changeme", "replace-me", "xxxx", "wss://your-project.livekit.cloud"),
    ],
)
def test_a_placeholder_is_missing(value: str) -> None:
    """What guides put where a value belongs."""
    assert is_missing(value)


@pytest.mark.parametrize("value", ["sk_live_1", "yours", "x", "wss://clinic-1.livekit.cloud"])
def test_a_value_is_not_missing(value: str) -> None:
    """Even a short one."""
    assert not is_missing(value)


def test_missing_providers_are_those_without_a_key() -> None:
    """What the sandbox stands in for; no variable at all is no error."""
    assert missing_providers({}) == ("sarvam", "deepgram", "openai", "cartesia")
    assert missing_providers({"OPENAI_API_KEY": "k", "SARVAM_API_KEY": "your-key"}) == (
        "sarvam",
        "deepgram",
        "cartesia",
    )
