"""`python agent.py ...`: checks the settings, then runs LiveKit's command line.

`python agent.py phrases ...` is this project's own; see `agent/phrases/command.py`.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module

from ..config.load import ConfigError, load_settings
from ..config.preflight import check_machine
from . import signals

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
"""Exit codes: the worker could not run, the settings are wrong, Ctrl-C while it starts."""

PHRASES = "phrases"
"""The command that is not LiveKit's."""

# LiveKit's commands that run a worker, and whether they need a LiveKit server.
_NEEDS_ROOM = {"start": True, "dev": True, "connect": True, "console": False}
# Options of those commands that take precedence over a variable.
_OPTIONS = {
    "--url": "LIVEKIT_URL",
    "--api-key": "LIVEKIT_API_KEY",
    "--api-secret": "LIVEKIT_API_SECRET",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the arguments ask for."""

    name: str | None
    """LiveKit's command, if it is one that runs a worker."""
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    """Variables that its options set."""
    by_voice: bool = False
    """Whether it uses this machine's microphone and speaker."""


def parse(arguments: Sequence[str]) -> Command:
    """Read from the arguments what is needed before LiveKit's command line reads them."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("name", nargs="?")
    for flag in ("--help", "--text", "--list-devices"):
        parser.add_argument(flag, action="store_true")
    for option, variable in _OPTIONS.items():
        parser.add_argument(option, dest=variable)
    try:
        found, _ = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError:
        # LiveKit's command line has the better message.
        return Command(name=None)
    if found.help or found.list_devices or found.name not in _NEEDS_ROOM:
        return Command(name=None)
    return Command(
        name=found.name,
        variables={n: text for n, text in vars(found).items() if text and n in _OPTIONS.values()},
        by_voice=found.name == "console" and not found.text,
    )


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    if arguments and arguments[0] == PHRASES:
        # Imported here: a worker does not need it.
        from ..phrases.command import main as phrases

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
    # Imported here: this takes seconds, and a missing key is reported before.
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
