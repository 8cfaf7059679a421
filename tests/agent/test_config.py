"""Settings: checked whole, with every problem told at once and no secret shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.config import ConfigError, Settings, load_settings, missing_providers

KEYS = {
    "SARVAM_API_KEY": "sarvam-secret",
    "DEEPGRAM_API_KEY": "deepgram-secret",
    "OPENAI_API_KEY": "openai-secret",
    "CARTESIA_API_KEY": "cartesia-secret",
}
ROOM = {"LIVEKIT_URL": "ws://h:7880", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "room-secret"}


def load(tmp_path: Path, text: str = "", *, needs_room: bool = True, **environ: str) -> Settings:
    env_file = tmp_path / ".env"
    env_file.write_text(text, encoding="utf-8")
    return load_settings(env_file=env_file, environ=environ, needs_room=needs_room)


def problems(tmp_path: Path, text: str = "", **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **environ)
    return caught.value.problems


def test_all_keys_are_enough(tmp_path: Path) -> None:
    """Everything else has a default."""
    settings = load(tmp_path, **KEYS, **ROOM)
    assert settings.sarvam_api_key.get_secret_value() == "sarvam-secret"
    assert settings.metrics_port is None
    assert settings.agent_name == ""


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """One start, one list."""
    told = problems(tmp_path, SARVAM_API_KEY="k", METRICS_PORT="99999", OPENAI_BASE_URL="nowhere")
    text = "\n".join(told)
    for name in (
        "DEEPGRAM_API_KEY is missing",
        "OPENAI_API_KEY is missing",
        "CARTESIA_API_KEY is missing",
        "LIVEKIT_URL is missing",
        "METRICS_PORT",
        "OPENAI_BASE_URL must be an address",
    ):
        assert name in text
    assert "SARVAM_API_KEY" not in text


@pytest.mark.parametrize("value", ["", "  ", "your-key-here", "your_sarvam_key", "<key>", "..."])
def test_an_empty_value_or_a_placeholder_is_missing(tmp_path: Path, value: str) -> None:
    """What `.env.example` and guides put there is no key."""
    told = problems(tmp_path, **(KEYS | ROOM | {"SARVAM_API_KEY": value}))
    assert told == (
        "SARVAM_API_KEY is missing: set it to your Sarvam key, or try `make run` without keys",
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A variable set for one run needs no edit."""
    settings = load(
        tmp_path, "AGENT_LANGUAGE=hi-IN\nSARVAM_MODEL=a\n", **KEYS, **ROOM, AGENT_LANGUAGE="ta-IN"
    )
    assert settings.agent_language == "ta-IN"
    assert settings.sarvam_model == "a"


def test_a_broken_line_is_named_without_its_content(tmp_path: Path) -> None:
    """The number of the line, and what to write there."""
    [told] = problems(tmp_path, "A=1\nSECRET 'oops\n", **KEYS, **ROOM)
    assert "line 2" in told
    assert "NAME=value" in told
    assert "oops" not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METRICS_PORT", "many"),
        ("METRICS_PORT", "-1"),
        ("WORKER_LOAD_THRESHOLD", "0"),
        ("LIVEKIT_URL", "example.com"),
        ("SARVAM_WS_URL", "ftp://x"),
        ("TURN_DETECTOR", "perhaps"),
        ("TTS_CODEC", "ogg"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    """By the variable that has to be changed."""
    [told] = problems(tmp_path, **(KEYS | ROOM | {name: value}))
    assert told.startswith(name)


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither by the settings nor by a problem with them."""
    shown = repr(load(tmp_path, **KEYS, **ROOM))
    told = "\n".join(problems(tmp_path, **KEYS, LIVEKIT_API_SECRET="room-secret"))
    assert "secret" not in shown.lower().replace("secretstr", "").replace("_secret", "")
    assert "room-secret" not in told


def test_console_needs_no_room(tmp_path: Path) -> None:
    """The console speaks through this machine's microphone."""
    assert load(tmp_path, needs_room=False, **KEYS).livekit_url is None


def test_missing_providers_are_those_without_a_key() -> None:
    """What the sandbox stands in for."""
    assert missing_providers({"OPENAI_API_KEY": "k", "SARVAM_API_KEY": "your-key"}) == (
        "sarvam",
        "deepgram",
        "cartesia",
    )


@pytest.mark.parametrize(
    ("agent", "listens"), [("en-IN", "en-IN"), ("hi-IN", "hi"), ("ta-IN", "ta")]
)
def test_deepgram_listens_for_the_agents_language(tmp_path: Path, agent: str, listens: str) -> None:
    """Deepgram has a variant for India of English alone."""
    assert load(tmp_path, **KEYS, **ROOM, AGENT_LANGUAGE=agent).hears == listens


def test_the_example_names_every_setting_and_no_other() -> None:
    """`.env.example` is the list of what can be set."""
    assert example().keys() == {name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults() -> None:
    """Copied as it is, with keys, it changes nothing."""
    keys = KEYS | ROOM
    shown = load_settings(env_file=Path("none"), environ=example() | keys)
    assert shown == load_settings(env_file=Path("none"), environ=keys)


def example() -> dict[str, str]:
    """The variables of `.env.example`, those in comments too."""
    lines = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", "\n".join(lines), re.MULTILINE)
    return dict(shown)
