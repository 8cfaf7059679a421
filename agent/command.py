"""`python agent.py ...`: the settings are checked first, then LiveKit's command line takes over."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module

from .config import ConfigError, load_settings
from .settings import Settings

MISUSED = 2
"""Exit code when the settings do not fit."""

# LiveKit's commands that run a worker, and whether they need a LiveKit server.
_NEEDS_ROOM = {"start": True, "dev": True, "connect": True, "console": False}
# Options of those commands that stand for variables.
_OPTIONS = {
    "url": "LIVEKIT_URL",
    "api_key": "LIVEKIT_API_KEY",
    "api_secret": "LIVEKIT_API_SECRET",
}
_DEFAULT_PORT = 8081


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the arguments ask for."""

    name: str | None
    """LiveKit's command, if it is one that runs a worker."""
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    """What options set in place of variables."""


def parse(arguments: Sequence[str]) -> Command:
    """What has to be known before LiveKit's command line reads the same arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--help", action="store_true")
    for option in _OPTIONS:
        parser.add_argument(f"--{option.replace('_', '-')}")
    try:
        found, _ = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError:
        # LiveKit's command line says it better.
        return Command(name=None)
    if found.help or found.name not in _NEEDS_ROOM:
        return Command(name=None)
    given = {variable: getattr(found, option) for option, variable in _OPTIONS.items()}
    return Command(
        name=found.name, variables={name: value for name, value in given.items() if value}
    )


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    command = parse(arguments)
    try:
        if command.name is not None:
            environ = os.environ | command.variables
            settings = load_settings(environ=environ, needs_room=_NEEDS_ROOM[command.name])
            check_machine(command.name, settings)
        return _run(command)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return MISUSED


def check_machine(name: str, settings: Settings) -> None:
    """What this machine must have for a command.

    Raises:
        ConfigError: With what to do about it.
    """
    if name == "console":
        try:
            import_module("sounddevice")
        except OSError:
            raise ConfigError(
                (
                    "console needs PortAudio: `sudo apt install libportaudio2`, or on macOS "
                    "`brew install portaudio`. Without a sound card use `make run`",
                )
            ) from None
    port = _DEFAULT_PORT if settings.metrics_port is None and name == "start" else None
    port = settings.metrics_port or port
    if port and not _is_free(port):
        raise ConfigError((f"port {port} is in use: stop what uses it, or set METRICS_PORT",))


def _run(command: Command) -> int:
    # Here, as this import takes seconds, and nobody should wait for the news that a key is missing.
    from livekit.agents import AgentServer, cli

    server = AgentServer() if command.name is None else import_module("agent.worker").server
    # LiveKit prefers its external `lk` tool; this command line is what its servers still run.
    warnings.filterwarnings("ignore", "the built-in Python CLI is deprecated", DeprecationWarning)
    try:
        cli.run_app(server)
    except SystemExit as ended:
        if getattr(server, "failed", False):
            return 1
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
