"""`python -m sandbox`: stand-ins alone, everything at once, or everything for one scripted call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
from rich.console import Console

from . import interrupt, weather
from . import serve as serving
from .stack import environment as env
from .stack import ports
from .stack.errors import BringUpError
from .stack.livekit_binary import ROOT
from .stack.relay import relay
from .stack.report import ConsoleReport
from .stack.stack import LOGS, Stack, StackOptions, stack

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help=__doc__,
    # A fault of ours is read in a log, where the last line should be the exception.
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

LatencyFlag = Annotated[
    list[str] | None,
    typer.Option("--latency", metavar="[PROVIDER.]FIELD=NUMBER", help="Simulated delay, seconds."),
]
FaultFlag = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="PROVIDER:KIND[:PROBABILITY]",
        help="What goes wrong, e.g. deepgram:drop:0.1 or sarvam:slow:0.1:factor=6.",
    ),
]
ParentFlag = Annotated[
    bool,
    typer.Option("--end-with-parent", help="Stop when the process that started this one is gone."),
]


@app.command()
def serve(
    latency: LatencyFlag = None,
    fault: FaultFlag = None,
    only: Annotated[str, typer.Option(help="Providers, with commas between them.")] = "",
    port: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[PROVIDER=]PORT",
            help="First port (the others follow), 0 for free ones, or one provider's.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the random draws.")] = 0,
) -> None:
    """Serve the stand-in providers and print the variables that send an agent to them."""
    _run(_serve(tuple(latency or ()), tuple(fault or ()), only, tuple(port or ()), seed))


@app.command()
def up(
    latency: LatencyFlag = None, fault: FaultFlag = None, end_with_parent: ParentFlag = False
) -> None:
    """Bring everything up, to talk in the browser; Ctrl-C takes it down."""
    # Ctrl-C is how this is meant to end.
    _run(_up(latency or [], fault or []), interrupted=0, end_with_parent=end_with_parent)


@app.command()
def demo(
    latency: LatencyFlag = None, fault: FaultFlag = None, end_with_parent: ParentFlag = False
) -> None:
    """Bring everything up, make one scripted call, print what was said and when."""
    _run(_demo(latency or [], fault or []), end_with_parent=end_with_parent)


async def _serve(
    latency: tuple[str, ...],
    faults: tuple[str, ...],
    only: str,
    port: tuple[str, ...],
    seed: int,
) -> int:
    chosen = _providers(only)
    slower = weather.parse_latency(latency, env.PROVIDERS)
    broken = weather.parse_faults(faults, env.PROVIDERS)
    at = serving.parse_ports(port, ports.fixed(os.environ).stand_ins)
    stand_ins = {
        name: serving.make(name, latency=slower[name], faults=broken[name], seed=seed)
        for name in chosen
    }
    async with serving.serve_all(stand_ins, at) as addresses:
        _out.print(env.lines(env.of_stand_ins(addresses)), end="", markup=False)
        await asyncio.Event().wait()
    return 0


async def _up(latency: list[str], fault: list[str]) -> int:
    environment = env.read(ROOT / ".env", os.environ)
    options = StackOptions(
        ports=ports.fixed(environment), serve_arguments=_serve_arguments(latency, fault)
    )
    async with stack(options, report=ConsoleReport(_out)) as running:
        _announce(running)
        relaying = asyncio.create_task(relay(running.children.running, _err.print))
        try:
            raise BringUpError(await running.failure())
        finally:
            relaying.cancel()
            _out.print("stopping")


async def _demo(latency: list[str], fault: list[str]) -> int:
    from .caller.demo import run_demo

    options = StackOptions(
        # Its own folder: a demo must not write over the logs of a stack that is up.
        logs=LOGS / "demo",
        with_playground=False,
        serve_arguments=_serve_arguments(latency, fault),
    )
    async with stack(options, report=ConsoleReport(_out)) as running:
        calling = asyncio.ensure_future(run_demo(running))
        failing = asyncio.ensure_future(running.failure())
        try:
            await asyncio.wait((calling, failing), return_when=asyncio.FIRST_COMPLETED)
            if not calling.done():
                raise BringUpError(failing.result())
            return calling.result()
        finally:
            calling.cancel()
            failing.cancel()
            await asyncio.gather(calling, failing, return_exceptions=True)


def _announce(running: Stack) -> None:
    simulated = ", ".join(running.stand_ins)
    started = "started here" if running.local else "yours"
    rows = [
        ("Talk", f"[bold]{running.playground_url}[/bold]"),
        ("LiveKit", f"{running.livekit_url} ({started})"),
        ("Logs", str(running.logs)),
    ]
    if simulated:
        rows.insert(1, ("Simulated", f"{simulated} (a key in .env calls the real provider)"))
    _out.print()
    for name, value in rows:
        _out.print(f"{name + ':':<11}{value}")
    _out.print("\nCtrl-C stops everything.")


def _serve_arguments(latency: list[str], fault: list[str]) -> tuple[str, ...]:
    # Read here too, so that a slip is told before anything is started.
    weather.parse_latency(latency, env.PROVIDERS)
    weather.parse_faults(fault, env.PROVIDERS)
    flags = [("--latency", value) for value in latency] + [("--fault", value) for value in fault]
    return tuple(part for flag in flags for part in flag)


def _providers(only: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    unknown = [name for name in names if name not in env.PROVIDERS]
    if unknown:
        raise ValueError(f"--only {only}: write some of {','.join(env.PROVIDERS)}")
    return names or env.PROVIDERS


def _run(
    command: Coroutine[Any, Any, int],
    *,
    interrupted: int = interrupt.INTERRUPTED,
    end_with_parent: bool = False,
) -> None:
    try:
        code = interrupt.run(command, end_with_parent=end_with_parent)
    except (BringUpError, ValueError) as error:
        _err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    raise typer.Exit(interrupted if code == interrupt.INTERRUPTED else code)
