"""`python -m bench budget`: are the limits kept? And `plants`: would it be noticed if not?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from agent.latency.budgets import Judgement, load_budget
from agent.latency.marks import Kind
from sandbox.caller.script import Script

from . import judging
from .calls import Measured, measure, questions
from .judging import Usual
from .plants import PLANTS, SECONDS, Plant
from .ways import Way

_GREETINGS: Final = 3
_QUANTILES: Final = ("p50", "p95", "p99")


def hold(ways: Sequence[Way], *, calls: int, tier: str, suggest: bool) -> int:
    """Make calls in each way, print each stage beside its limits, and return the exit code."""
    console = Console(highlight=False)
    codes = [0]
    for way in ways:
        with Progress(transient=True, console=console) as progress:
            advance = partial(
                progress.advance, progress.add_task(f"calls, {way.name}", total=calls)
            )
            seen = asyncio.run(measure(way, [questions()] * calls, on_call=advance))
        judged = load_budget(way.tier or tier or None).judge(seen.reports)
        console.print(_table(way, judged, seen))
        code = 2 if seen.unanswered else judging.verdict(judged, busy=seen.busy)
        console.print(_told(judged, seen, code), soft_wrap=True)
        if suggest:
            console.print("\n".join(judging.suggest(judging.usual(seen.reports))), markup=False)
        codes.append(code)
    return max(codes)


def prove(names: Sequence[str]) -> int:
    """Plant a delay in each stage in turn, and return 0 if each is named."""
    console = Console(highlight=False)
    plants = [plant for plant in PLANTS if not names or {plant.name, plant.stage} & set(names)]
    if not plants:
        raise ValueError(f"no such stage: take of {', '.join(plant.name for plant in PLANTS)}")
    table = Table(title=f"{SECONDS * 1000:.0f} ms planted in each stage in turn")
    for column in ("stage", "planted in", "total", "named", "over", ""):
        table.add_column(column, no_wrap=True)
    with Progress(transient=True, console=console) as progress:
        task = progress.add_task("before", total=len(plants))
        ways = {plant.way.name: plant.way for plant in plants}
        before = {name: _before(way, plants) for name, way in ways.items()}
        missed = 0
        for plant in plants:
            progress.update(task, description=plant.name)
            seen = asyncio.run(measure(plant.way, _lines(plant), plant=plant, steady=True))
            found = judging.find(seen.reports, before[plant.way.name], plant.kind, planted=SECONDS)
            is_found = found.proves(plant.stage)
            missed += not is_found
            over = ", ".join(found.over)
            row = (plant.name, plant.where, found.total, found.named, over)
            table.add_row(*row, "ok" if is_found else "MISSED")
            progress.advance(task)
    Console(width=120, highlight=False).print(table)
    return int(missed > 0)


def _before(way: Way, plants: Sequence[Plant]) -> Usual:
    """How long each stage takes with nothing planted."""
    kinds = {plant.kind for plant in plants if plant.way is way}
    scripts = [questions(only_greeting=True)] * (_GREETINGS if Kind.GREETING in kinds else 0)
    if kinds - {Kind.GREETING}:
        scripts.append(questions())
    return judging.usual(asyncio.run(measure(way, scripts, steady=True)).reports)


def _lines(plant: Plant) -> list[Script]:
    if plant.kind is Kind.GREETING:
        return [questions(only_greeting=True)] * _GREETINGS
    return [questions()]


def _table(way: Way, judged: Judgement, seen: Measured) -> Table:
    """Each stage's percentiles beside their limits."""
    counts = ", ".join(
        f"{sum(report.kind is kind for report in seen.reports)} {kind.value}s" for kind in Kind
    )
    table = Table(title=f"{way.name}: {way.tells}", caption=f"ms, limit in brackets; {counts}")
    table.add_column("kind")
    table.add_column("stage")
    for quantile in _QUANTILES:
        table.add_column(quantile, justify="right")
    rows: dict[tuple[Kind, str], dict[str, str]] = {
        (row.kind, row.stage): {} for row in judged.rows
    }
    for row in judged.rows:
        text = f"{row.us / 1000:.0f} ({row.limit_us / 1000:.0f})"
        rows.setdefault((row.kind, row.stage), {})[row.quantile] = (
            f"[bold red]! {text}[/]" if row.over_us > 0 else text
        )
    for (kind, stage), cells in rows.items():
        table.add_row(kind.value, stage, *(cells.get(quantile, "") for quantile in _QUANTILES))
    return table


def _told(judged: Judgement, seen: Measured, code: int) -> str:
    """What came out, in words."""
    lines = [judged.text(), *(f"a call was given up: {why}" for why in seen.unanswered)]
    if code == 2 and judged.rows and not seen.unanswered:
        lines.append(
            f"That is no verdict: all CPUs were in use for {seen.busy * 100:.0f} % of the time. "
            "Run it when nothing else runs."
        )
    return "\n".join(lines)
