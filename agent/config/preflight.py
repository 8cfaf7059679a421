"""Checks what a machine must have for one of LiveKit's commands, before the command begins."""

from __future__ import annotations

import errno
import socket
import sys
from importlib import import_module

from .load import ConfigError
from .settings import Settings

_DEFAULT_PORT = 8081


def check_machine(settings: Settings, *, command: str, by_voice: bool) -> None:
    """Check this machine before the command starts anything.

    Args:
        command: LiveKit's command.
        by_voice: Whether the command uses this machine's microphone and speaker.

    Raises:
        ConfigError: Something is missing; the message says what to do.
    """
    problems = _console_problems(by_voice) if command == "console" else []
    default = _DEFAULT_PORT if command == "start" else 0
    port = default if settings.metrics_port is None else settings.metrics_port
    problems += _port_problems(settings.metrics_host, port)
    if problems:
        raise ConfigError(tuple(problems))


def _console_problems(by_voice: bool) -> list[str]:
    problems = []
    if not sys.stdin.isatty():
        problems.append("console needs a terminal, and its standard input is not one")
    try:
        sound = import_module("sounddevice")
    except OSError:
        problems.append(
            "console needs PortAudio: `sudo apt install libportaudio2`, or on macOS "
            "`brew install portaudio`; `make run` talks in the browser instead"
        )
        return problems
    try:
        if by_voice:
            sound.query_devices(kind="input")
            sound.query_devices(kind="output")
    except sound.PortAudioError:
        problems.append(
            "console needs a microphone and a speaker, and this machine has none: "
            "use `console --text`, or `make run`"
        )
    return problems


def _port_problems(host: str, port: int) -> list[str]:
    """Why the server for health and metrics cannot listen there. Port 0 is any free port."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return [f"port {port} is in use: stop what uses it, or set METRICS_PORT"]
        reason = error.strerror or "it is refused"
        settings = "METRICS_HOST, METRICS_PORT"
        return [f"the worker cannot listen on port {port} of {host} ({reason}): see {settings}"]
    return []
