"""Commands that measure voices and what is under them, without a room."""

from __future__ import annotations

import asyncio
import functools
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.micro.decode import WAYS, measure, table
from bench.micro.store import BUDGET, hammer
from bench.phrases.command import show as show_phrases
from bench.report import percentile
from bench.tts.barge_ins import barge_in
from bench.tts.command import compare, switch
from bench.tts.pipecat_venv import install
from tools.bootstrap.place import BootstrapError

from .app import app, command_line, exit_code

Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="Only these, by their titles.")
]
Seed = Annotated[int, typer.Option(help="Which syntheses are struck.")]


@app.command()
def tts(
    scenario: Scenarios = None,
    peer: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each reply is spoken.", min=1)] = 1,
    seed: Seed = 7,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the tables to this file as well.", dir_okay=False)
    ] = None,
) -> None:
    """First audible sample, holes, whole replies and what was billed; ends with 1 over a limit."""
    is_kept = compare(
        scenario or (),
        peer or (),
        rounds=rounds,
        seed=seed,
        command=command_line(),
        markdown=markdown,
    )
    raise typer.Exit(not is_kept)


@app.command()
def switches(
    scenario: Scenarios = None,
    rounds: Annotated[int, typer.Option(help="How often each reply is spoken.", min=1)] = 1,
    seed: Seed = 7,
) -> None:
    """What each optimisation is worth: our plugin with one after the other switched off."""
    switch(scenario or (), rounds=rounds, seed=seed)


@app.command()
def install_pipecat() -> None:
    """Install pipecat, the optional peer, under .cache (0.5 GB)."""
    try:
        install()
    except BootstrapError as error:
        Console(stderr=True).print(str(error))
        raise typer.Exit(1) from None


@app.command()
def barge_ins(
    count: Annotated[int, typer.Option(help="Replies to interrupt.", max=10_000)] = 1000,
) -> None:
    """Barge-ins at random moments: nothing old is heard, nothing is left behind."""
    logging.disable(logging.ERROR)
    seen = asyncio.run(barge_in(count))
    table = Table(title=f"{count} barge-ins at random moments")
    table.add_column("what")
    table.add_column("seen", justify="right")
    for what, value in (
        ("replies with a sound of an earlier one", seen.heard_old),
        ("replies after a barge-in that were not whole", seen.broken),
        ("replies that found no warm connection", seen.cold),
        (
            "teardown p50 / p99 / max, ms",
            " / ".join(
                f"{percentile(seen.teardown, share) * 1000:.1f}" for share in (0.5, 0.99, 1.0)
            ),
        ),
        ("tasks left", seen.tasks_left),
        ("sockets left", seen.sockets_left),
        ("open files before, after", "{}, {}".format(*seen.open_files)),
    ):
        table.add_row(what, str(value))
    Console().print(table)
    raise typer.Exit(bool(seen.heard_old or seen.broken or seen.tasks_left or seen.sockets_left))


@app.command()
def decode(
    count: Annotated[int, typer.Option(help="Segments for each codec.", min=100)] = 10_000,
) -> None:
    """What decoding costs on the event loop, and whether it leaks; ends with 1 over a limit."""
    logging.disable(logging.WARNING)
    with Progress(transient=True) as progress:
        task = progress.add_task("decoding", total=count * len(WAYS))
        costs = {
            way: asyncio.run(measure(way, count, functools.partial(progress.advance, task)))
            for way in WAYS
        }
    Console(width=140).print(table(costs, segments=count))
    raise typer.Exit(not all(cost.is_kept for cost in costs.values()))


@app.command()
def store(
    seconds: Annotated[float, typer.Option(help="How long.", min=1)] = 60.0,
    processes: Annotated[int, typer.Option(help="How many at once.", min=1, max=64)] = 8,
) -> None:
    """Hammer one phrase store with processes that are killed: nothing wrong is played, or lost."""
    # What is damaged on purpose is warned of each time.
    logging.disable(logging.ERROR)
    with Progress(transient=True) as progress:
        task = progress.add_task("hammering", total=seconds * 10)
        seen = hammer(
            seconds=seconds, processes=processes, on_tick=functools.partial(progress.advance, task)
        )
    table = Table(title=f"{processes} processes, one store, {seconds:g} s, {seen.kills} x kill -9")
    table.add_column("what")
    table.add_column("seen", justify="right")
    times = [percentile(seen.hit_times or [0.0], share) * 1000 for share in (0.5, 0.95, 0.99)]
    for what, value in (
        ("wrong samples played", seen.wrong_played),
        ("accepted phrases not found later", seen.lost),
        ("writes refused", seen.refused),
        ("accepted phrases missing at the end", seen.missing),
        ("wrong files where none were damaged", seen.spoilt),
        ("budget exceeded", seen.over_budget),
        ("more bytes than the account says", seen.under_account),
        ("temporary files left", seen.left_over),
        ("most bytes held, of budget", f"{seen.most_held:,} of {BUDGET:,}"),
        ("hits, misses, writes", f"{seen.hits:,}, {seen.misses:,}, {seen.writes:,}"),
        ("kills in the middle of a write", seen.kills_in_write),
        ("files damaged on purpose", seen.damaged),
        ("a hit, p50 / p95 / p99, ms", " / ".join(f"{took:.2f}" for took in times)),
    ):
        table.add_row(what, str(value))
    Console().print(table)
    raise typer.Exit(seen.is_breached)


@app.command()
def phrases() -> None:
    """Phrases that are audio already: a repeated reply, a hit alone, and a large store's weight.
    Ends with 1 over a limit."""
    raise typer.Exit(exit_code(show_phrases))
