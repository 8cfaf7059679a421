"""`python -m bench tts`, `switches` and `install-pipecat`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.cli import choose, command, command_line
from bench.report import Sheet, as_markdown, progress, show

from .drivers.livekit_peer import SWITCHED
from .peers import ONE_BY_ONE, OURS, PEERS, Peer, install
from .runner import Job, Results, run_all, texts_of
from .scenarios import BROKEN, FIRST_WORD, SCENARIOS, SIMULATED, SIX_SENTENCES, Scenario
from .tables import LEGEND, breaches, sheets

CONSOLE = Console(width=160)  # A whole row, also where the output is no terminal.
TELLING = (*FIRST_WORD, BROKEN[0], SIX_SENTENCES)
"""Scenarios in which a switched-off optimisation shows."""

Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="Only these titles; all by default.")
]
Rounds = Annotated[int, typer.Option(help="How often each reply is spoken.", min=1)]
Seed = Annotated[int, typer.Option(help="Decides which syntheses a fault strikes.")]


@command
def tts(
    scenario: Scenarios = None,
    peer: Annotated[list[str] | None, typer.Option(help="Only these; all by default.")] = None,
    rounds: Rounds = 1,
    seed: Seed = 7,
    markdown: Annotated[
        Path | None, typer.Option(help="Also write the tables to this file.", dir_okay=False)
    ] = None,
) -> int:
    """Our TTS plugin beside its peers: first audible sample, holes, complete replies and requests.
    Ends with 1 over a limit."""
    peers = list(choose(peer, PEERS, "peer").values())
    for missing in [one for one in peers if not one.is_installed]:
        CONSOLE.print(f"{missing.name} is not installed: run `python -m bench install-pipecat`")
        peers.remove(missing)
    jobs: list[Job] = []
    for chosen in choose(scenario, SCENARIOS, "scenario").values():
        jobs += [(chosen, one) for one in peers]
        if chosen is SIX_SENTENCES and any(one.name == OURS for one in peers):
            jobs.append((chosen, ONE_BY_ONE))
    results = _measure(jobs, rounds=rounds, seed=seed)
    made = _show(sheets(results))
    if markdown is not None:
        title = f"{SIMULATED} Measured in one run with `{command_line()}`.\n"
        document = [title, *map(as_markdown, made), f"{LEGEND}\n"]
        markdown.write_text("\n".join(document), encoding="utf-8")
    wrong = breaches(results)
    for breach in wrong:
        CONSOLE.print(f"Limit not kept: {breach}")
    return bool(wrong)


@command
def switches(scenario: Scenarios = None, rounds: Rounds = 1, seed: Seed = 7) -> int:
    """What each optimisation gains: our plugin with one after the other switched off."""
    titles = scenario or [one.title for one in TELLING]
    scenarios = choose(titles, SCENARIOS, "scenario").values()
    jobs = [(one, Peer(name, name)) for one in scenarios for name in SWITCHED]
    _show(sheets(_measure(jobs, rounds=rounds, seed=seed), with_verdict=False))
    return 0


@command
def install_pipecat() -> int:
    """Install pipecat, the optional peer, under .cache (0.5 GB)."""
    install()
    return 0


def _measure(jobs: Sequence[Job], *, rounds: int, seed: int) -> Results:
    def size(scenario: Scenario) -> int:
        return len(texts_of(scenario, rounds))

    with progress(sum(size(scenario) for scenario, _ in jobs), CONSOLE) as step:

        def begin(job: Job) -> None:
            step(0, doing=f"{job[0].title}: {job[1].name}")

        def end(job: Job) -> None:
            if not CONSOLE.is_terminal:
                CONSOLE.print(f"{job[0].title}: {job[1].name}")
            step(size(job[0]))

        measured = asyncio.run(run_all(jobs, rounds=rounds, seed=seed, on_begin=begin, on_end=end))
    # In the order of the jobs, whichever ended first.
    keys = [(scenario.title, peer.name) for scenario, peer in jobs]
    return {key: measured[key] for key in keys}


def _show(made: list[Sheet]) -> list[Sheet]:
    for sheet in made:
        show(sheet, CONSOLE)
    CONSOLE.print(LEGEND)
    CONSOLE.print(SIMULATED)
    return made
