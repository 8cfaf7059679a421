"""The command line of the bench, and how its commands end."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Callable

import typer
from rich.console import Console

from sandbox.caller.client import CallError
from sandbox.stack.errors import BringUpError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Measure the peers side by side, against the same stand-in with the same simulated delays."""


def exit_code(command: Callable[[], int]) -> int:
    """The exit code of a command whose user can put things right."""
    # What LiveKit's clients say of a server that goes away.
    logging.getLogger("livekit").setLevel(logging.CRITICAL)
    try:
        return command()
    except (BringUpError, CallError, FileNotFoundError, ValueError) as error:
        Console(stderr=True).print(str(error), markup=False, soft_wrap=True)
        return 2


def command_line() -> str:
    """How this was called, to be written under its results."""
    arguments = list(sys.argv[1:])
    if "--markdown" in arguments:
        at = arguments.index("--markdown")
        del arguments[at : at + 2]
    return shlex.join(["python", "-m", "bench", *arguments])
