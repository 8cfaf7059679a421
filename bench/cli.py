"""The commands of the bench."""

from __future__ import annotations

import asyncio
import functools
import logging
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from sandbox.caller.client import CallError
from sandbox.stack.errors import BringUpError
from tools.bootstrap.place import BootstrapError

from . import agreement as agreed
from .budget.command import hold, prove
from .budget.ways import WAYS as BUDGET_WAYS
from .cancels import barge_in
from .comparison import compare, switch
from .cutins.command import count_cut_ins
from .decode import WAYS, measure, table
from .greetings_table import greet
from .listening import percentile
from .overhead import weigh
from .phrases.command import show as show_phrases
from .pipecat_venv import install
from .rooms_table import compare_rooms
from .scraping import scrape
from .store import BUDGET, hammer

app = typer.Typer(no_args_is_help=True, add_completion=False)

Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="Only these, by their titles.")
]
Seed = Annotated[int, typer.Option(help="Which syntheses are struck.")]


@app.callback()
def main() -> None:
    """Measure the peers side by side, against the same stand-in with the same simulated delays."""


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
        command=_command(),
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
def agreement(
    script: Annotated[str, typer.Option(help="A script by name, or a file of one.")] = "clinic",
    calls: Annotated[int, typer.Option(help="How many calls, one after the other.", min=1)] = 2,
) -> None:
    """Real calls: does what the agent reports of a turn agree with the caller's recording?"""
    seen = asyncio.run(agreed.measure(script=script, calls=calls))
    table = Table(title="Caller's last sound -> agent's first, ms")
    for column in ("reported", "recorded", "difference", "of which way in"):
        table.add_column(column, justify="right")
    for pair in seen.pairs:
        times = (pair.reported, pair.recorded, pair.difference, pair.way_in)
        table.add_row(*(f"{seconds * 1000:.0f}" for seconds in times))
    console = Console()
    console.print(table)
    console.print(
        f"The room's way in and out, by an echo: {seen.path * 1000:.0f} ms. Left over: "
        f"{seen.left_over * 1000:.0f} ms of {agreed.ALLOWED * 1000:.0f} allowed (median), "
        f"turns without a report: {seen.unmatched}."
    )
    raise typer.Exit(not seen.holds)


@app.command()
def budget(
    way: Annotated[
        list[str] | None, typer.Option(help=f"Only this way: {', '.join(BUDGET_WAYS)}.")
    ] = None,
    calls: Annotated[int, typer.Option(help="For each way; p95 needs 3, p99 needs 13.", min=1)] = 3,
    tier: Annotated[str, typer.Option(help="Of agent/latency/budgets.toml.")] = "",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print limits that fit what was measured.")
    ] = False,
) -> None:
    """Real calls against the limits of each stage; ends with 1 and names the guilty one."""
    if unknown := set(way or ()) - set(BUDGET_WAYS):
        raise typer.BadParameter(f"no way is called {', '.join(unknown)}: {', '.join(BUDGET_WAYS)}")
    wanted = [BUDGET_WAYS[name] for name in way or BUDGET_WAYS]
    raise typer.Exit(_told(lambda: hold(wanted, calls=calls, tier=tier, suggest=suggest)))


@app.command()
def plants(
    stage: Annotated[
        list[str] | None, typer.Option(help="Only these, such as turn/pool; all by default.")
    ] = None,
) -> None:
    """Does the budget find it? 200 ms are planted in each stage in turn: about 20 minutes."""
    raise typer.Exit(_told(lambda: prove(stage or ())))


@app.command()
def greetings(
    rounds: Annotated[int, typer.Option(help="Calls for each row; 30 s a round.", min=1)] = 10,
) -> None:
    """Real calls: dialling to the first sound, beside a job that only plays a tone; providers up
    and down. Ends with 1 if a greeting takes more than 500 ms where the tone takes 406."""
    raise typer.Exit(_told(lambda: greet(rounds)))


@app.command()
def pictures(
    folder: Annotated[
        Path, typer.Argument(help="Where to write them.", exists=True, file_okay=False)
    ],
) -> None:
    """The playground's waterfall in a real call, from Chromium, as docs/images has it."""
    # A browser is for this alone.
    from .pictures import take

    def command() -> int:
        for path in asyncio.run(take(folder)):
            Console().print(f"{path}: {path.stat().st_size // 1000} kB", highlight=False)
        return 0

    raise typer.Exit(_told(command))


@app.command()
def overhead() -> None:
    """What it costs to time calls: a share of a core, and time on the caller's path."""
    logging.disable(logging.ERROR)
    costs = asyncio.run(weigh())
    table = Table(title="What timing a call costs")
    table.add_column("what")
    table.add_column("cost", justify="right")
    table.add_column("of a core, %", justify="right")
    for cost in costs.parts:
        table.add_row(cost.what, f"{cost.us:.1f} us {cost.each}", f"{cost.share * 100:.3f}")
    table.add_row("all of it", "", f"{costs.share * 100:.2f}", style="bold")
    table.add_row(
        "between the caller's last sound and the agent's first", f"{costs.path_us:.0f} us", ""
    )
    Console(width=110).print(table)
    raise typer.Exit(not costs.holds)


@app.command()
def scrapes(
    calls: Annotated[int, typer.Option(help="At the same time.", min=2, max=8)] = 2,
) -> None:
    """`/metrics` in mid-call and afterwards: is anything lost, or counted twice?"""

    def command() -> int:
        seen = asyncio.run(scrape(calls=calls))
        table = Table(title=f"{calls} calls at once, by /metrics and by their journals")
        table.add_column("kind")
        for column in ("in mid-call", "at the end", "3 s later", "journals"):
            table.add_column(column, justify="right")
        for kind in sorted(seen.written):
            counts = (seen.during, seen.after[0], seen.after[-1], seen.written)
            table.add_row(kind, *(str(count[kind]) for count in counts))
        console = Console()
        console.print(table)
        console.print(
            f"Counts that went back: {seen.went_back}. A scrape: {seen.took * 1000:.0f} ms."
        )
        return int(not seen.holds)

    raise typer.Exit(_told(command))


@app.command()
def phrases() -> None:
    """Phrases that are audio already: a repeated reply, a hit alone, and a large store's weight.
    Ends with 1 over a limit."""
    raise typer.Exit(_told(show_phrases))


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


def _told(command: Callable[[], int]) -> int:
    """The exit code of a command whose user can put things right."""
    # What LiveKit's clients say of a server that goes away.
    logging.getLogger("livekit").setLevel(logging.CRITICAL)
    try:
        return command()
    except (BringUpError, CallError, FileNotFoundError, ValueError) as error:
        Console(stderr=True).print(str(error), markup=False)
        return 2


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
    try:
        is_kept = compare_rooms(variant or (), calls=calls, with_starter=starter)
    except (ValueError, BringUpError, CallError) as error:
        Console(stderr=True).print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    raise typer.Exit(not is_kept)


@app.command()
def cutins(
    way: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    rounds: Annotated[int, typer.Option(help="Over all clips, with other pauses.", min=1)] = 1,
    recordings: Annotated[
        Path | None,
        typer.Option(
            help="A folder: NAME.wav (mono, 16 kHz) and NAME.txt, its language and then a line "
            "for each stretch between pauses.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Callers who pause: how many are cut off, and what waiting costs; half a minute a way."""
    try:
        count_cut_ins(way or (), rounds=rounds, recordings=recordings)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _command() -> str:
    """How this was called, to be written under its results."""
    arguments = list(sys.argv[1:])
    if "--markdown" in arguments:
        at = arguments.index("--markdown")
        del arguments[at : at + 2]
    return shlex.join(["python", "-m", "bench", *arguments])
