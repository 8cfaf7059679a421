"""`python -m sandbox`: the stand-ins alone, everything at once, or one scripted call."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from . import commands, interrupt
from .commands import ConditionFlags
from .stack import BringUpError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help=__doc__,
    # The traceback of a bug is read in a log, where the last line should be the exception.
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, soft_wrap=True, emoji=False)
_err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

LatencyFlag = Annotated[
    list[str] | None,
    typer.Option(
        "--latency", metavar="[PROVIDER.]FIELD=NUMBER", help="Simulated delay, in seconds."
    ),
]
FaultFlag = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="PROVIDER:KIND[:PROBABILITY]",
        help="Simulated fault: deepgram:drop:0.1 or sarvam:slow:0.1:factor=6.",
    ),
]
OnlyFlag = Annotated[str, typer.Option(help="Providers, separated by commas.")]
PortFlag = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[PROVIDER=]PORT",
        help="First port (the others count up), 0 for free ports, or one provider's.",
    ),
]
SeedFlag = Annotated[int, typer.Option(help="Seed of the random draws.")]
ScriptFlag = Annotated[str, typer.Option(help="Name of a script, or path of a .toml file.")]
RecordFlag = Annotated[
    Path | None, typer.Option(help="File for the recording: caller left, agent right.")
]
ParentFlag = Annotated[
    bool,
    typer.Option("--end-with-parent", help="Stop when the process that started this one ends."),
]


@app.command()
def serve(
    latency: LatencyFlag = None,
    fault: FaultFlag = None,
    only: OnlyFlag = "",
    port: PortFlag = None,
    seed: SeedFlag = 0,
) -> None:
    """Serve the stand-in providers and print the variables that point an agent at them."""
    flags = _condition_flags(latency, fault)
    _run(commands.serve(_out, flags, only=only, port=port or (), seed=seed), interrupted=0)


@app.command()
def up(
    latency: LatencyFlag = None, fault: FaultFlag = None, end_with_parent: ParentFlag = False
) -> None:
    """Bring everything up to talk in the browser; Ctrl-C takes it down."""
    command = commands.up(_out, _err, _condition_flags(latency, fault))
    # Ctrl-C is the normal end of this command, as of `serve`.
    _run(command, interrupted=0, end_with_parent=end_with_parent)


@app.command()
def demo(
    script: ScriptFlag = "clinic",
    record: RecordFlag = None,
    latency: LatencyFlag = None,
    fault: FaultFlag = None,
    end_with_parent: ParentFlag = False,
) -> None:
    """Bring everything up, make one scripted call, and print what was said and when."""
    command = commands.demo(_out, _condition_flags(latency, fault), script=script, record=record)
    _run(command, end_with_parent=end_with_parent)


@app.command()
def call(script: ScriptFlag = "clinic", record: RecordFlag = None) -> None:
    """Make one scripted call to an agent that is up: that of `make run`, or at LIVEKIT_URL."""
    _run(commands.call(script=script, record=record))


def _condition_flags(latency: list[str] | None, fault: list[str] | None) -> ConditionFlags:
    try:
        return ConditionFlags(latency=tuple(latency or ()), faults=tuple(fault or ()))
    except ValueError as error:
        raise _failure(error) from None


def _run(
    command: Coroutine[Any, Any, int],
    *,
    interrupted: int = interrupt.INTERRUPTED,
    end_with_parent: bool = False,
) -> None:
    # The secret of `livekit-server --dev` is short on purpose.
    warnings.filterwarnings("ignore", message="The HMAC key is")
    # If a server is down, the commands say so in one line; LiveKit's clients log more.
    logging.getLogger("livekit").setLevel(logging.CRITICAL)
    try:
        code = interrupt.run(command, end_with_parent=end_with_parent)
    except (BringUpError, ValueError) as error:
        raise _failure(error) from None
    raise typer.Exit(interrupted if code == interrupt.INTERRUPTED else code)


def _failure(error: Exception) -> typer.Exit:
    """Print a failure that the user can put right, and the exit that ends the command."""
    _err.print(str(error), markup=False)
    return typer.Exit(1)
