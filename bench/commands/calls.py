"""Commands that call agents in real rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.agreement.command import agree
from bench.budget.command import hold, prove
from bench.budget.configurations import CONFIGURATIONS
from bench.false_endpoints.command import count_false_endpoints
from bench.greetings.command import greet
from bench.rooms.command import compare_rooms

from .app import app, exit_code


@app.command()
def agreement(
    script: Annotated[str, typer.Option(help="A script by name, or a file of one.")] = "clinic",
    calls: Annotated[
        int, typer.Option(help="Real calls, one after the other; 0 for none.", min=0)
    ] = 2,
    recordings: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folders of more people: WAV, mono, 16 bits, one utterance each.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Does what the agent reports agree with the sound? The end of speech of recorded people over
    noise and through devices, about 2 minutes; then real calls beside the caller's recording."""
    raise typer.Exit(exit_code(lambda: agree(script=script, rooms=calls, folders=recordings or ())))


@app.command()
def budget(
    configuration: Annotated[
        list[str] | None,
        typer.Option(help=f"Only this configuration: {', '.join(CONFIGURATIONS)}."),
    ] = None,
    calls: Annotated[
        int, typer.Option(help="For each configuration; p95 needs 3, p99 needs 13.", min=1)
    ] = 3,
    tier: Annotated[str, typer.Option(help="Of agent/latency/budgets.toml.")] = "",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print limits that fit what was measured.")
    ] = False,
) -> None:
    """Real calls against the limits of each stage; ends with 1 and names the guilty one."""
    if unknown := set(configuration or ()) - set(CONFIGURATIONS):
        raise typer.BadParameter(
            f"no configuration is called {', '.join(unknown)}: {', '.join(CONFIGURATIONS)}"
        )
    wanted = [CONFIGURATIONS[name] for name in configuration or CONFIGURATIONS]
    raise typer.Exit(exit_code(lambda: hold(wanted, calls=calls, tier=tier, suggest=suggest)))


@app.command()
def injected_delays(
    stage: Annotated[
        list[str] | None, typer.Option(help="Only these, such as turn/pool; all by default.")
    ] = None,
) -> None:
    """Does the budget find it? 200 ms are injected in each stage in turn: about 20 minutes."""
    raise typer.Exit(exit_code(lambda: prove(stage or ())))


@app.command()
def greetings(
    rounds: Annotated[int, typer.Option(help="Calls for each row; 30 s a round.", min=1)] = 10,
) -> None:
    """Real calls: dialling to the first sound, beside a job that only plays a tone; providers up
    and down. Ends with 1 if a greeting takes more than 500 ms where the tone takes 406."""
    raise typer.Exit(exit_code(lambda: greet(rounds)))


@app.command()
def rooms(
    calls: Annotated[int, typer.Option(help="To each side, seven turns each.", min=1)] = 3,
    variant: Annotated[
        list[str] | None,
        typer.Option(help="Ours once more with these settings: NAME=VALUE, several with commas."),
    ] = None,
    starter: Annotated[bool, typer.Option(help="Call LiveKit's starter as well.")] = True,
) -> None:
    """Real rooms, ours beside LiveKit's starter: about 5 minutes; ends with 1 over a limit."""
    raise typer.Exit(
        exit_code(lambda: not compare_rooms(variant or (), calls=calls, with_starter=starter))
    )


@app.command()
def false_endpoints(
    configuration: Annotated[
        list[str] | None, typer.Option(help="Only these; all by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Over all clips, with other pauses.", min=1)] = 1,
    recordings: Annotated[
        Path | None,
        typer.Option(
            help="A folder: NAME.wav (mono, 16 kHz) and NAME.txt, its language and then a line "
            "for each stretch between pauses; or NAME.scv, as in the test set of TEN VAD.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Callers who pause: how many are cut off, and what waiting costs; 30 s a configuration."""
    raise typer.Exit(
        exit_code(
            lambda: count_false_endpoints(configuration or (), rounds=rounds, recordings=recordings)
        )
    )
