"""The commands of the bench."""

from __future__ import annotations

import asyncio
import functools
import logging
import tomllib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from .cancels import barge_in
from .peers import PEERS, WITHOUT, Make, ours
from .scenarios import SCENARIOS, Result, Scenario, is_whole, percentile
from .store import BUDGET, hammer

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS = ("p50 ms", "p95 ms", "stalled", "whole", "failed", "requests", "connects", "configs")
# Wide enough for a whole row, also where the output is no terminal.
WIDTH = 120


@app.callback()
def main() -> None:
    """Measure the peers side by side, against the same stand-in with the same simulated delays."""


@app.command()
def tts(
    scenario: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    peer: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each reply is spoken.")] = 2,
) -> None:
    """LLM's first token -> first audible sample, stalls, whole replies and what was billed."""
    chosen = {name: SCENARIOS[name] for name in scenario or SCENARIOS}
    _compare(chosen, {name: PEERS[name] for name in peer or PEERS}, rounds)


@app.command()
def switches(
    scenario: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each reply is spoken.")] = 1,
) -> None:
    """What each optimisation is worth: our plugin with one after the other switched off."""
    chosen = {name: SCENARIOS[name] for name in scenario or SCENARIOS}
    makes: dict[str, Make] = {
        name: functools.partial(ours, **options) for name, options in WITHOUT.items()
    }
    _compare(chosen, makes, rounds)


@app.command()
def cancels(
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


def _compare(chosen: dict[str, Scenario], peers: dict[str, Make], rounds: int) -> None:
    logging.disable(logging.ERROR)
    texts = [text for group in _replies().values() for text in group] * rounds
    console = Console(width=WIDTH)
    results: dict[tuple[str, str], Result] = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=len(chosen) * len(peers))
        for title, run in chosen.items():
            for name, make in peers.items():
                progress.update(task, description=f"{title}: {name}")
                results[title, name] = asyncio.run(run(make, texts))
                progress.advance(task)
    console.print(_table(results, replies=len(texts)))
    console.print(
        "Simulated: 40 ms round trip, 200 ms + 3.3 ms a character, real-time factor 0.15; "
        "tokens of 4 characters every 16 ms."
    )


def _replies() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "replies.toml").read_text(encoding="utf-8"))


def _table(results: dict[tuple[str, str], Result], *, replies: int) -> Table:
    table = Table(title=f"LLM's first token -> first audible sample, {replies} replies each")
    table.add_column("situation")
    table.add_column("who")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    previous = ""
    for (title, name), result in results.items():
        table.add_row(title if title != previous else "", name, *_row(result))
        previous = title
    return table


def _row(result: Result) -> list[str]:
    times = result.first_audible()
    replies = result.replies
    return [
        f"{percentile(times, 0.5) * 1000:.0f}" if times else "-",
        f"{percentile(times, 0.95) * 1000:.0f}" if times else "-",
        str(sum(reply.stalled > 0 for reply in replies)),
        f"{sum(is_whole(reply) for reply in replies)}/{len(replies)}",
        str(sum(bool(reply.failed) for reply in replies)),
        str(result.requests),
        str(result.connects),
        str(result.configs),
    ]
