"""`python agent.py ...`: the settings are checked first, then LiveKit's command line takes over.

`python agent.py phrases ...` is this project's own; see `agent/phrases/command.py`.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from ..config.load import ConfigError, load_settings
from ..config.preflight import check_machine
from . import signals

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
"""Exit codes: the worker could not run, the settings do not fit, Ctrl-C while it starts."""

PHRASES = "phrases"
"""The command that is not LiveKit's."""

# LiveKit's commands that run a worker, and whether they need a LiveKit server.
_NEEDS_ROOM = {"start": True, "dev": True, "connect": True, "console": False}
# Options of those commands that stand for variables.
_OPTIONS = {
    "url": "LIVEKIT_URL",
    "api_key": "LIVEKIT_API_KEY",
    "api_secret": "LIVEKIT_API_SECRET",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the arguments ask for."""

    name: str | None
    """LiveKit's command, if it is one that runs a worker."""
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    """What options set in place of variables."""
    by_voice: bool = False
    """Whether it uses this machine's microphone and speaker."""


def parse(arguments: Sequence[str]) -> Command:
    """What has to be known before LiveKit's command line reads the same arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--help", action="store_true")
    for flag in ("text", "list-devices"):
        parser.add_argument(f"--{flag}", action="store_true")
    for option in _OPTIONS:
        parser.add_argument(f"--{option.replace('_', '-')}")
    try:
        found, _ = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError:
        # LiveKit's command line has the better message.
        return Command(name=None)
    if found.help or found.list_devices or found.name not in _NEEDS_ROOM:
        return Command(name=None)
    given = {variable: getattr(found, option) for option, variable in _OPTIONS.items()}
    return Command(
        name=found.name,
        variables={name: value for name, value in given.items() if value},
        by_voice=found.name == "console" and not found.text,
    )


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    if arguments and arguments[0] == PHRASES:
        # Here, as a worker has no use for it.
        phrases: Callable[[Sequence[str]], int] = import_module("agent.phrases.command").main
        return phrases(arguments[1:])
    command = parse(arguments)
    try:
        if command.name is not None:
            environ = os.environ | command.variables
            settings = load_settings(environ=environ, needs_room=_NEEDS_ROOM[command.name])
            check_machine(settings, command=command.name, by_voice=command.by_voice)
        return _run(command)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return MISUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(command: Command) -> int:
    if command.name is not None and _NEEDS_ROOM[command.name]:
        # In the console Ctrl-C is a key.
        signals.install_signal_handlers()
    # Here, as this import takes seconds, and a missing key should be reported at once.
    from livekit.agents import AgentServer, cli

    worker = None if command.name is None else import_module("agent.worker").server
    # LiveKit prefers its external `lk` tool; this command line is what its servers still run.
    warnings.filterwarnings("ignore", "the built-in Python CLI is deprecated", DeprecationWarning)
    try:
        cli.run_app(worker or AgentServer())
    except SystemExit as ended:
        if worker is not None and worker.failed:
            return FAILED
        return ended.code if isinstance(ended.code, int) else 0
    return 0
