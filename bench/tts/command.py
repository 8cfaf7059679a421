"""The `tts` and `switches` commands: choose, measure, print, write."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from bench.report import Sheet, as_markdown, show

from .drivers.livekit_peer import SWITCHED
from .peers import ONE_BY_ONE, OURS, PEERS, Peer, is_there
from .runner import Job, Results, run_all, texts_of
from .scenarios import BROKEN, FIRST_WORD, SCENARIOS, SIMULATED, SIX_SENTENCES, Scenario
from .tables import LEGEND, breaches, sheets

# Wide enough for a whole row, also where the output is no terminal.
WIDTH = 160
TELLING = (*FIRST_WORD, BROKEN[0], SIX_SENTENCES)
"""Where switching something off shows."""
INSTALL = "python -m bench install-pipecat"


def compare(
    situations: Sequence[str],
    names: Sequence[str],
    *,
    rounds: int,
    seed: int,
    command: str,
    markdown: Path | None,
) -> bool:
    """Our plugin beside its peers; returns whether every limit was kept."""
    console = Console(width=WIDTH)
    peers = [PEERS[name] for name in _known(names, PEERS, "peer") or PEERS]
    for peer in peers:
        if not is_there(peer):
            console.print(f"{peer.name} is left out: it is not installed (`{INSTALL}`).")
    peers = [peer for peer in peers if is_there(peer)]
    jobs: list[Job] = []
    for scenario in _scenarios(situations):
        jobs += [(scenario, peer) for peer in peers]
        if scenario is SIX_SENTENCES and any(peer.name == OURS for peer in peers):
            jobs.append((scenario, ONE_BY_ONE))
    results = _measure(jobs, rounds=rounds, seed=seed, console=console)
    made = sheets(results)
    _print(made, console)
    if markdown is not None:
        markdown.write_text(_document(made, command), encoding="utf-8")
    wrong = breaches(results)
    for breach in wrong:
        console.print(f"Limit not kept: {breach}")
    return not wrong


def switch(situations: Sequence[str], *, rounds: int, seed: int) -> None:
    """Our plugin with one optimisation after the other switched off."""
    console = Console(width=WIDTH)
    variants = [Peer(name, name) for name in SWITCHED]
    scenarios = _scenarios(situations or [scenario.title for scenario in TELLING])
    jobs = [(scenario, peer) for scenario in scenarios for peer in variants]
    results = _measure(jobs, rounds=rounds, seed=seed, console=console)
    _print(sheets(results, with_verdict=False), console)


def _scenarios(titles: Sequence[str]) -> list[Scenario]:
    return [SCENARIOS[title] for title in _known(titles, SCENARIOS, "scenario") or SCENARIOS]


def _known(wanted: Sequence[str], there: Mapping[str, object], what: str) -> Sequence[str]:
    for name in wanted:
        if name not in there:
            raise typer.BadParameter(f"no {what} {name!r}; there are: {', '.join(there)}")
    return wanted


def _measure(jobs: list[Job], *, rounds: int, seed: int, console: Console) -> Results:
    # Once a second, so that drawing disturbs nothing that is timed.
    with Progress(console=console, transient=True, refresh_per_second=1) as progress:
        total = sum(len(texts_of(scenario, rounds)) for scenario, _ in jobs)
        task = progress.add_task("starting", total=total)

        def begin(job: Job) -> None:
            scenario, peer = job
            progress.update(task, description=f"{scenario.title}: {peer.name}")

        def end(job: Job) -> None:
            if not console.is_terminal:
                console.print(f"{job[0].title}: {job[1].name}")
            progress.advance(task, len(texts_of(job[0], rounds)))

        measured = asyncio.run(run_all(jobs, rounds=rounds, seed=seed, on_begin=begin, on_end=end))
    # In the order asked for, whatever ended first.
    return {
        (scenario.title, peer.name): measured[scenario.title, peer.name] for scenario, peer in jobs
    }


def _print(made: list[Sheet], console: Console) -> None:
    for sheet in made:
        show(sheet, console)
    if made:
        console.print(LEGEND)
        console.print(SIMULATED)


def _document(made: list[Sheet], command: str) -> str:
    parts = [f"{SIMULATED} Measured in one run with `{command}`.\n"]
    parts += map(as_markdown, made)
    parts.append(f"{LEGEND}\n")
    return "\n".join(parts)
