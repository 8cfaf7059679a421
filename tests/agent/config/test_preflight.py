"""What a machine must have."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.config import preflight
from agent.config.load import ConfigError, load_settings
from agent.config.preflight import check_machine
from agent.config.settings import Settings

KEYS = {f"{name}_API_KEY": "k" for name in ("SARVAM", "DEEPGRAM", "OPENAI", "CARTESIA")}


class PortAudioError(Exception):
    """As in sounddevice."""


class Terminal(io.StringIO):
    """Input from a person."""

    def isatty(self) -> bool:
        return True


def settings(port: int | None = None, **given: str) -> Settings:
    environ = KEYS | given | ({} if port is None else {"METRICS_PORT": str(port)})
    return load_settings(env_file=Path("none"), environ=environ, needs_room=False)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is in use."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("command", ["start", "dev"])
def test_a_port_in_use_is_named(taken: int, command: str) -> None:
    """With the setting that changes it."""
    with pytest.raises(ConfigError, match=f"port {taken} is in use: .* METRICS_PORT"):
        check_machine(settings(taken), command=command, by_voice=False)


def test_the_usual_port_is_wanted_by_start_alone(
    monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """A developer's worker takes a free one."""
    monkeypatch.setattr(preflight, "_DEFAULT_PORT", taken)
    check_machine(settings(), command="dev", by_voice=False)
    with pytest.raises(ConfigError, match="METRICS_PORT"):
        check_machine(settings(), command="start", by_voice=False)


def test_the_port_is_looked_for_at_the_address_that_is_listened_on(taken: int) -> None:
    """Another program may have the same port of another address."""
    check_machine(settings(taken, METRICS_HOST="127.0.0.2"), command="start", by_voice=False)
    for host in ("192.0.2.7", "2001:db8::1"):
        with pytest.raises(
            ConfigError, match=f"cannot listen on port .* of {host} .* METRICS_HOST"
        ):
            check_machine(settings(0, METRICS_HOST=host), command="start", by_voice=False)


def console(
    monkeypatch: pytest.MonkeyPatch, *, sound: object, terminal: bool = True, by_voice: bool = True
) -> None:
    def imported(_: str) -> object:
        if isinstance(sound, Exception):
            raise sound
        return sound

    monkeypatch.setattr(preflight, "import_module", imported)
    monkeypatch.setattr(preflight.sys, "stdin", Terminal() if terminal else io.StringIO())
    check_machine(settings(0), command="console", by_voice=by_voice)


def no_devices(*, kind: str) -> None:
    raise PortAudioError(f"no {kind} device")


SILENT = SimpleNamespace(query_devices=no_devices, PortAudioError=PortAudioError)
SOUND = SimpleNamespace(query_devices=lambda kind: kind, PortAudioError=PortAudioError)


def test_a_console_without_portaudio_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Instead of a traceback of sounddevice."""
    with pytest.raises(ConfigError, match="apt install libportaudio2"):
        console(monkeypatch, sound=OSError("PortAudio library not found"), by_voice=False)


def test_a_console_without_a_microphone_offers_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """LiveKit's would end without a word."""
    with pytest.raises(ConfigError, match="console --text"):
        console(monkeypatch, sound=SILENT)
    console(monkeypatch, sound=SILENT, by_voice=False)


def test_a_console_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads keys."""
    console(monkeypatch, sound=SOUND)
    with pytest.raises(ConfigError, match="terminal"):
        console(monkeypatch, sound=SOUND, terminal=False)
