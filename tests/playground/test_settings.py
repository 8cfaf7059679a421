"""Settings: what they read from the environment, and how they report problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from playground.settings import Settings, SettingsError, load_settings

Make = Callable[..., Settings]
NO_FILE = Path("/nonexistent/.env")


@pytest.fixture
def environment(make_settings: Make, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with what is needed and nothing else."""
    monkeypatch.setenv("LIVEKIT_URL", "wss://example.test")
    monkeypatch.setenv("LIVEKIT_API_KEY", "key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "keep-this-one-to-yourself-0123456")
    return monkeypatch


def test_the_page_is_served_on_loopback_by_default(environment: pytest.MonkeyPatch) -> None:
    """Without further settings the page is served on loopback alone, port 7900."""
    settings = load_settings(env_file=NO_FILE)
    assert (settings.playground_host, settings.playground_port) == ("127.0.0.1", 7900)
    assert settings.sandbox_providers == ()


def test_the_environment_wins_over_the_env_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` fills what the environment leaves out and does not override it."""
    file = tmp_path / ".env"
    file.write_text("LIVEKIT_URL=ws://other:1\nAGENT_NAME=clinic\nUNRELATED=1\nPLAYGROUND_PORT=\n")
    settings = load_settings(env_file=file)
    assert settings.livekit_url == "wss://example.test"
    assert settings.agent_name == "clinic"
    assert settings.playground_port == 7900


def test_a_broken_line_of_the_env_file_is_a_problem(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With its number and without its text, as for the worker."""
    file = tmp_path / ".env"
    file.write_text("AGENT_NAME=clinic\nkeep-this-one to yourself\n")
    with pytest.raises(SettingsError, match=r"\.env, line 2: write NAME=value") as caught:
        load_settings(env_file=file)
    assert "keep-this-one" not in str(caught.value)


def test_all_problems_are_reported_at_once(environment: pytest.MonkeyPatch) -> None:
    """Every wrong or missing setting is named, each with what to do."""
    environment.delenv("LIVEKIT_API_KEY")
    environment.setenv("LIVEKIT_URL", "localhost:7880")
    environment.setenv("PLAYGROUND_PORT", "many")
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file=NO_FILE)
    url, key, port = caught.value.problems
    assert url == "LIVEKIT_URL: write it as ws://host:port or wss://host."
    assert key == "LIVEKIT_API_KEY is not set: put it into the environment or into .env."
    assert port.startswith("PLAYGROUND_PORT: Input should be a valid integer")


def test_the_secret_is_never_shown(environment: pytest.MonkeyPatch) -> None:
    """Neither the settings' text nor a complaint about them contains the secret."""
    assert "keep-this-one" not in repr(load_settings(env_file=NO_FILE))
    environment.setenv("LIVEKIT_URL", "ftp://key:keep-this-one@host")
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file=NO_FILE)
    assert "keep-this-one" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("ws://host:7880", "ws://host:7880"),
        ("wss://host/", "wss://host"),
        ("http://host:7880", "ws://host:7880"),
        ("https://host", "wss://host"),
        ("ws://[::1]:7880", "ws://[::1]:7880"),
    ],
)
def test_a_livekit_url_becomes_a_socket_address(make_settings: Make, given: str, used: str) -> None:
    """Every form in which LiveKit's address is written leads to its signalling socket."""
    assert make_settings(livekit_url=given).livekit_url == used


@pytest.mark.parametrize("given", ["host", "ws://", "ws://host:port", "ws://[::1"])
def test_a_livekit_url_without_an_address_is_refused(make_settings: Make, given: str) -> None:
    """An address that no browser could use is refused at the start."""
    with pytest.raises(ValueError, match="write it as ws://host:port"):
        make_settings(livekit_url=given)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"LIVEKIT_URL": "ws://example.test"}, "LIVEKIT_URL: must begin with wss://"),
        ({"LIVEKIT_URL": "wss://key:word@h"}, "LIVEKIT_URL: must have no user name and password"),
        ({"LIVEKIT_API_SECRET": "secret"}, "LIVEKIT_API_SECRET: is published"),
        ({"LIVEKIT_API_SECRET": "short"}, "LIVEKIT_API_SECRET: must have 32 characters or more"),
        ({"PLAYGROUND_HOST": "0.0.0.0"}, "PLAYGROUND_PASSWORD: set one of 12 characters or more"),
        (
            {"PLAYGROUND_ALLOWED_HOSTS": "localhost,voice.example.com"},
            "PLAYGROUND_PASSWORD: set one of 12 characters or more, as PLAYGROUND_ALLOWED_HOSTS",
        ),
        ({"PLAYGROUND_PASSWORD": " " * 12}, "PLAYGROUND_PASSWORD: must have 12 characters"),
        ({"PLAYGROUND_HOST": "10.0.0.7"}, "PLAYGROUND_PASSWORD: set one of 12 characters or more"),
        ({"PLAYGROUND_HOST": "::"}, "PLAYGROUND_PASSWORD: set one of 12 characters or more"),
        ({"PLAYGROUND_PASSWORD": "hunter2"}, "PLAYGROUND_PASSWORD: must have 12 characters"),
    ],
)
def test_settings_that_let_anybody_in_are_refused(
    environment: pytest.MonkeyPatch, changes: dict[str, str], problem: str
) -> None:
    """Keys in clear, keys that anybody knows, a page without a password; none of it is shown."""
    for name, value in changes.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file=NO_FILE)
    (message,) = caught.value.problems
    assert message.startswith(problem)
    assert "hunter2" not in message
    assert "key:word" not in message


def test_on_loopback_no_password_is_needed(environment: pytest.MonkeyPatch) -> None:
    """A server and a page on loopback: any secret will do, and nobody is asked for a password."""
    environment.setenv("LIVEKIT_URL", "ws://localhost:7880")
    environment.setenv("LIVEKIT_API_SECRET", "secret")
    environment.setenv("PLAYGROUND_HOST", "::1")
    assert load_settings(env_file=NO_FILE).playground_password is None


def test_with_a_password_other_addresses_are_allowed(environment: pytest.MonkeyPatch) -> None:
    """The password is not shown."""
    environment.setenv("PLAYGROUND_HOST", "0.0.0.0")
    environment.setenv("PLAYGROUND_PASSWORD", "correct horse battery")
    assert "horse" not in repr(load_settings(env_file=NO_FILE))


def test_names_are_split_at_commas(environment: pytest.MonkeyPatch) -> None:
    """Lists are words with commas between, with or without spaces."""
    environment.setenv("SANDBOX_PROVIDERS", "sarvam, deepgram,")
    assert load_settings(env_file=NO_FILE).sandbox_providers == ("sarvam", "deepgram")


def test_stand_ins_are_named_with_their_addresses(environment: pytest.MonkeyPatch) -> None:
    """Each pair is a provider and where its stand-in listens; by default there is none."""
    assert load_settings(env_file=NO_FILE).sandbox_stand_ins == {}
    environment.setenv("SANDBOX_STAND_INS", "sarvam=127.0.0.1:7901, deepgram=[::1]:7902,")
    assert load_settings(env_file=NO_FILE).sandbox_stand_ins == {
        "sarvam": "127.0.0.1:7901",
        "deepgram": "[::1]:7902",
    }


@pytest.mark.parametrize(
    "given",
    ["sarvam", "sarvam=", "=127.0.0.1:1", "sarvam=127.0.0.1", "sarvam=192.0.2.7:80",
     "sarvam=api.sarvam.ai:443", "sarvam=127.0.0.1:1/_control", "sarvam=127.0.0.1:port"],
)  # fmt: skip
def test_stand_ins_elsewhere_are_refused(environment: pytest.MonkeyPatch, given: str) -> None:
    """The server speaks for the page with this machine's loopback alone."""
    environment.setenv("SANDBOX_STAND_INS", given)
    with pytest.raises(SettingsError, match=r"SANDBOX_STAND_INS: write provider=127\.0\.0\.1:port"):
        load_settings(env_file=NO_FILE)
