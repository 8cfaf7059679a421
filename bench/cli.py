"""The command line of the bench: how commands are registered, and how they end."""

from __future__ import annotations

import functools
import logging
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from sandbox.caller.client import CallError
from sandbox.stack import BringUpError
from tools.bootstrap.place import BootstrapError

P = ParamSpec("P")
T = TypeVar("T")

_FIXABLE = (
    BringUpError,
    BootstrapError,
    CallError,
    FileNotFoundError,
    TimeoutError,
    ValueError,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Measure the agent and its TTS plugin against simulated providers."""


def command(run: Callable[P, int]) -> Callable[P, None]:
    """Register a command by its function's name; the function returns the exit code: 0 if every
    limit is met, 1 if not. An error that its user can fix is printed, with exit code 2."""

    @functools.wraps(run)
    def registered(*arguments: P.args, **options: P.kwargs) -> None:
        # LiveKit's clients log that a server is gone.
        logging.getLogger("livekit").setLevel(logging.CRITICAL)
        try:
            code = run(*arguments, **options)
        except _FIXABLE as error:
            message = str(error) or type(error).__name__
            Console(stderr=True).print(message, markup=False, soft_wrap=True)
            code = 2
        raise typer.Exit(int(code))

    app.command()(registered)
    return registered


def choose(wanted: Sequence[str] | None, among: Mapping[str, T], what: str) -> dict[str, T]:
    """The wanted entries by name; all of them if none is named.

    Raises:
        ValueError: There is no such entry.
    """
    for name in wanted or ():
        if name not in among:
            raise ValueError(f"no {what} {name!r}; there are: {', '.join(among)}")
    return {name: among[name] for name in wanted or among}


def command_line() -> str:
    """This command line, to be written under its results."""
    arguments = list(sys.argv[1:])
    if "--markdown" in arguments:
        at = arguments.index("--markdown")
        del arguments[at : at + 2]
    return shlex.join(["python", "-m", "bench", *arguments])
