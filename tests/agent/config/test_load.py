"""Settings are checked whole: every problem is reported at once, and no secret is shown."""

from __future__ import annotations

import pickle
import re
import traceback
from pathlib import Path

import pytest
from livekit.plugins.sarvam_pooled.phrases.signing import MIN_KEY_LENGTH
from pydantic import ValidationError

from agent.config.load import ConfigError, load_settings
from agent.config.settings import Settings

KEYS = {
    "SARVAM_API_KEY": "sarvam-secret",
    "DEEPGRAM_API_KEY": "deepgram-secret",
    "OPENAI_API_KEY": "openai-secret",
    "CARTESIA_API_KEY": "cartesia-secret",
}
ROOM = {
    "LIVEKIT_URL": "ws://h:7880",
    "LIVEKIT_API_KEY": "k",
    "LIVEKIT_API_SECRET": "32-characters-or-more-room-secret",
}


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


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    """One start, one list."""
    found = problems(tmp_path, SARVAM_API_KEY="k", METRICS_PORT="99999", OPENAI_BASE_URL="nowhere")
    text = "\n".join(found)
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
    found = problems(tmp_path, **(KEYS | ROOM | {"SARVAM_API_KEY": value}))
    assert found == (
        "SARVAM_API_KEY is missing: set it to your Sarvam key, or try `make run` without keys",
    )


@pytest.mark.parametrize("key", ["secret", "s" * 31])
def test_a_signing_key_that_can_be_guessed_is_refused(tmp_path: Path, key: str) -> None:
    """With the command that makes one, and without showing it; the plugin asks for as many."""
    found = problems(tmp_path, **KEYS, **ROOM, PHRASE_SIGNING_KEY=key)
    assert found == (
        "PHRASE_SIGNING_KEY must have at least 32 characters: `openssl rand -hex 32` makes one",
    )
    assert MIN_KEY_LENGTH == 32
    assert load(tmp_path, **KEYS, **ROOM, PHRASE_SIGNING_KEY="s" * 32).phrase_signing_key


def test_only_the_keys_that_are_needed_are_asked_for(tmp_path: Path) -> None:
    """One that is there all the same is read; one that is not would be refused by its provider."""
    environ = {"SARVAM_API_KEY": "sarvam-secret", "OPENAI_API_KEY": "openai-secret"}
    settings = load_settings(
        env_file=tmp_path / "none", environ=environ, needs_room=False, needs_keys=("sarvam",)
    )
    assert settings.sarvam_api_key.get_secret_value() == "sarvam-secret"
    assert settings.openai_api_key.get_secret_value() == "openai-secret"
    assert settings.cartesia_api_key.get_secret_value() == "not-needed"
    with pytest.raises(ConfigError) as caught:
        load_settings(
            env_file=tmp_path / "none", environ={}, needs_room=False, needs_keys=("sarvam",)
        )
    assert [problem[:25] for problem in caught.value.problems] == ["SARVAM_API_KEY is missing"]


def test_a_broken_line_is_named_without_its_content(tmp_path: Path) -> None:
    """The number of the line, and what to write there."""
    [message] = problems(tmp_path, "A=1\nSECRET 'oops\n", **KEYS, **ROOM)
    assert "line 2" in message
    assert "NAME=value" in message
    assert "oops" not in message


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("METRICS_PORT", "many", "must be a whole number"),
        ("METRICS_PORT", "-1", "must be at least 0"),
        ("METRICS_PORT", "70000", "must be at most 65535"),
        ("WORKER_LOAD_THRESHOLD", "0", "must be more than 0"),
        ("WORKER_LOAD_THRESHOLD", "half", "must be a number"),
        ("TURN_DETECTOR", "perhaps", "must be true or false"),
        ("TTS_CODEC", "ogg", "must be 'linear16' or 'mp3'"),
        ("LOG_LEVEL", "LOUD", "must be 'DEBUG', 'INFO', 'WARN' or 'ERROR'"),
        ("LIVEKIT_URL", "example.com", "must be an address such as wss://host:port/path"),
        ("SARVAM_WS_URL", "ftp://x", "must be an address such as wss://host:port/path"),
        ("DEEPGRAM_BASE_URL", "https://", "must be an address such as https://host:port/path"),
        ("OPENAI_BASE_URL", "ws://x", "must be an address such as https://host:port/path"),
        ("CARTESIA_BASE_URL", "http://x:port", "must be an address such as https://host:port/path"),
        ("METRICS_HOST", "localhost", "must be an IP address of this machine, such as 127.0.0.1"),
        ("NUMBER_LANGUAGES", "kannada", "must be pairs such as +918012345678=kn-IN"),
        ("NUMBER_LANGUAGES", "+9180=zz", "must be pairs of a number and a language, which must be"),
        ("PHRASE_STORE_DIR", "~no-such-user/p", "names the home of a user that this machine"),
        ("JOURNAL_DIR", "~no-such-user/j", "names the home of a user that this machine"),
        ("AGENT_LANGUAGE", "zz", "must be one of en-IN hi-IN bn-IN gu-IN kn-IN ml-IN mr-IN od-IN"),
        ("OUTCOME_WEBHOOK_URL", "http://hook.example.in", "must begin with https://, as http://"),
        ("OUTCOME_WEBHOOK_SECRET", "whsec_c2hvcnQ=", "must be whsec_ and 24 to 64 bytes in base64"),
        ("DEEPGRAM_API_KEY", "two words", "has a space, a line break or a letter that no key has"),
        ("DEEPGRAM_API_KEY", "ключ", "has a space, a line break or a letter that no key has"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(
    tmp_path: Path, name: str, value: str, advice: str
) -> None:
    """By the variable that has to be changed, and without the value."""
    [message] = problems(tmp_path, **(KEYS | ROOM | {name: value}))
    assert message.startswith(f"{name} {advice}")
    assert value not in message.removeprefix(f"{name} {advice}")


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("LIVEKIT_URL", "https://x", "livekit_url", "wss://x"),
        ("SARVAM_WS_URL", "http://x/ws", "sarvam_ws_url", "ws://x/ws"),
        ("DEEPGRAM_BASE_URL", "ws://x/v1/listen", "deepgram_base_url", "ws://x/v1/listen"),
        ("CARTESIA_BASE_URL", "http://x/", "cartesia_base_url", "http://x"),
        ("LOG_LEVEL", "warning", "log_level", "WARN"),
        ("AGENT_LANGUAGE", "hi", "agent_language", "hi-IN"),
        ("AGENT_LANGUAGE", " HI_in ", "agent_language", "hi-IN"),
        ("TURN_DETECTOR", "off", "turn_detector", False),
        ("WORKER_LOAD_THRESHOLD", "2", "worker_load_threshold", 2.0),
        ("NUMBER_LANGUAGES", "+91 80=kn-IN", "number_languages", {"9180": "kn-IN"}),
    ],
)
def test_a_value_is_taken_in_every_common_spelling(
    tmp_path: Path, name: str, value: str, field: str, read: object
) -> None:
    """And kept in one."""
    assert getattr(load(tmp_path, **(KEYS | ROOM | {name: value})), field) == read


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"VAD_MIN_SILENCE": "0.1"}, "VAD_MIN_SILENCE"),
        ({"OUTCOME_WEBHOOK_URL": "https://example.in"}, "OUTCOME_WEBHOOK_SECRET is missing"),
        ({"ENDPOINTING_MIN_DELAY": "2"}, "ENDPOINTING_MAX_DELAY"),
        ({"WORKER_MEMORY_LIMIT_MB": "100"}, "WORKER_MEMORY_LIMIT_MB (100)"),
        ({"WORKER_MEMORY_WARN_MB": "1500"}, "WORKER_MEMORY_LIMIT_MB (1000)"),
        ({"ENDPOINTING_DOUBT_DELAY": "2"}, "ENDPOINTING_MAX_DELAY"),
        ({"TTS_PARALLEL": "8"}, "TTS_MAX_CONNECTIONS"),
        ({"TTS_POOL_IDLE": "7"}, "TTS_MAX_CONNECTIONS"),
        (
            {"LATENCY_RELIEF": "hedge"},
            "LATENCY_RELIEF=hedge does nothing unless TTS_HEDGE is false",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_reported(
    tmp_path: Path, variables: dict[str, str], named: str
) -> None:
    """Each would be good by itself."""
    [message] = problems(tmp_path, **(KEYS | ROOM | variables))
    assert named in message


ADDRESSES = (
    *("LIVEKIT_URL", "SARVAM_WS_URL", "SARVAM_BASE_URL"),
    *("DEEPGRAM_BASE_URL", "OPENAI_BASE_URL", "CARTESIA_BASE_URL"),
)


@pytest.mark.parametrize("name", ADDRESSES)
def test_keys_go_in_clear_to_private_networks_alone(tmp_path: Path, name: str) -> None:
    """For each address of the settings, with what to write."""
    [message] = problems(tmp_path, **(KEYS | ROOM | {name: "http://voice.example.com"}))
    assert message.startswith(f"{name} must begin with https://, as http:// sends keys in clear")
    taken = load(tmp_path, **(KEYS | ROOM | {name: "http://10.0.0.7:80"}))
    assert getattr(taken, name.lower()).endswith("://10.0.0.7:80")


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_password_in_an_address_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    """It would be in every text of the settings; nothing of it is in the problem either."""
    url = "https://anita:hunter2@127.0.0.1:7880"
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, **(KEYS | ROOM | {name: url}))
    [message] = caught.value.problems
    assert message.startswith(f"{name} must have no user name and password")
    trace = "".join(traceback.format_exception(caught.value))
    assert not any("anita" in text or "hunter2" in text for text in (message, trace))


@pytest.mark.parametrize("url", ["wss://voice.example.com", "ws://livekit:7880"])
@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("a-secret-for-this-machine-only-0000", "is published"),
        ("secret", "is published"),
        ("k" * 31, "must have 32 characters or more"),
    ],
)
def test_a_secret_that_anybody_may_know_is_for_loopback_alone(
    tmp_path: Path, url: str, secret: str, problem: str
) -> None:
    """A server elsewhere can be reached by others; the problem does not show the secret."""
    room = {"LIVEKIT_URL": url, "LIVEKIT_API_KEY": "devkey", "LIVEKIT_API_SECRET": secret}
    [message] = problems(tmp_path, **(KEYS | room))
    assert message.startswith(f"LIVEKIT_API_SECRET {problem}")
    assert "generate-keys" in message
    taken = load(tmp_path, **(KEYS | room | {"LIVEKIT_URL": "ws://localhost:7880"}))
    assert taken.livekit_api_secret.get_secret_value() == secret


@pytest.mark.parametrize(
    "variables",
    [
        # None of our switches asks for the longer delay then.
        {"ENDPOINTING_MAX_DELAY": "0.5", "TURN_DETECTOR": "false"},
        {"TTS_PARALLEL": "8", "TTS_MAX_CONNECTIONS": "8"},
        {"LATENCY_RELIEF": "hedge", "TTS_HEDGE": "false"},
    ],
)
def test_settings_that_fit_each_other_are_taken(tmp_path: Path, variables: dict[str, str]) -> None:
    """Though one of them alone would not do."""
    load(tmp_path, **(KEYS | ROOM | variables))


def test_a_misspelt_name_is_reported_beside_what_is_missing(tmp_path: Path) -> None:
    """It is why something is missing; where nothing is, it may be anybody's."""
    found = problems(tmp_path, **(ROOM | KEYS | {"SARVAM_API_KEY": "", "SARVAM_API_KYE": "k"}))
    assert found[-1] == "SARVAM_API_KYE is not a setting: did you mean SARVAM_API_KEY?"
    load(tmp_path, **KEYS, **ROOM, SARVAM_API_KEY2="spare")


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither by the settings nor by a problem with them, nor by what caused it."""
    settings = load(tmp_path, **KEYS, **ROOM)
    # A traceback shows this source too.
    broken = KEYS["OPENAI_API_KEY"] + " and more"
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, **(KEYS | ROOM | {"OPENAI_API_KEY": broken}))
    trace = "".join(traceback.format_exception(caught.value))
    for shown in (repr(settings), str(settings), trace, repr(caught.value)):
        assert not re.search(r"\w-secret", shown)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_settings_reach_another_process_as_they_are(tmp_path: Path) -> None:
    """Secrets included."""
    settings = load(tmp_path, **KEYS, **ROOM)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    """All parts of a call share them."""
    with pytest.raises(ValidationError):
        load(tmp_path, **KEYS, **ROOM).agent_name = "other"  # type: ignore[misc]


def test_console_needs_no_room(tmp_path: Path) -> None:
    """The console speaks through this machine's microphone."""
    assert load(tmp_path, needs_room=False, **KEYS).livekit_url is None


@pytest.mark.parametrize(
    ("agent", "listens"), [("en-IN", "en-IN"), ("hi-IN", "hi"), ("ta-IN", "ta")]
)
def test_deepgram_listens_for_the_agents_language(tmp_path: Path, agent: str, listens: str) -> None:
    """Deepgram has a variant for India of English alone."""
    settings = load(tmp_path, **KEYS, **ROOM, AGENT_LANGUAGE=agent)
    assert settings.stt_language_for(settings.language) == listens
    settings = load(tmp_path, **KEYS, **ROOM, AGENT_LANGUAGE=agent, DEEPGRAM_LANGUAGE="multi")
    assert settings.stt_language_for(settings.language) == "multi"


def test_the_example_names_every_setting_and_no_other() -> None:
    """`.env.example` is the list of what can be set: of the worker, and of the playground."""
    worker = {name.upper() for name in Settings.model_fields}
    assert worker <= example().keys()
    assert all(name.startswith("PLAYGROUND_") for name in example().keys() - worker)


def test_the_example_shows_the_defaults() -> None:
    """Copied as it is, with keys, it changes nothing."""
    keys = KEYS | ROOM
    shown = load_settings(env_file=Path("none"), environ=example() | keys)
    assert shown == load_settings(env_file=Path("none"), environ=keys)


def example() -> dict[str, str]:
    """The variables of `.env.example`, those in comments too."""
    lines = (Path(__file__).parents[3] / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", "\n".join(lines), re.MULTILINE)
    return dict(shown)
