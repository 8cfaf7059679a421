"""`python -m bench budget`: are the limits kept? `injected-delays`: is a slow stage noticed?"""

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
from .configurations import Configuration
from .injected_delays import INJECTED_DELAYS, SECONDS, InjectedDelay
from .judging import Usual

_GREETINGS: Final = 3
_QUANTILES: Final = ("p50", "p95", "p99")


def hold(configurations: Sequence[Configuration], *, calls: int, tier: str, suggest: bool) -> int:
    """Make calls in each way, print each stage beside its limits, and return the exit code."""
    console = Console(highlight=False)
    codes = [0]
    for configuration in configurations:
        with Progress(transient=True, console=console) as progress:
            advance = partial(
                progress.advance, progress.add_task(f"calls, {configuration.name}", total=calls)
            )
            seen = asyncio.run(measure(configuration, [questions()] * calls, on_call=advance))
        judged = load_budget(configuration.tier or tier or None).judge(seen.reports)
        console.print(_table(configuration, judged, seen))
        code = 2 if seen.unanswered else judging.verdict(judged, busy=seen.busy)
        console.print(_summary(judged, seen, code), soft_wrap=True)
        if suggest:
            console.print("\n".join(judging.suggest(judging.usual(seen.reports))), markup=False)
        codes.append(code)
    return max(codes)


def prove(names: Sequence[str]) -> int:
    """Inject a delay in each stage in turn, and return 0 if each is named."""
    console = Console(highlight=False)
    delays = [
        delay for delay in INJECTED_DELAYS if not names or {delay.name, delay.stage} & set(names)
    ]
    if not delays:
        raise ValueError(
            f"no such stage: take of {', '.join(delay.name for delay in INJECTED_DELAYS)}"
        )
    table = Table(title=f"{SECONDS * 1000:.0f} ms injected in each stage in turn")
    for column in ("stage", "injected in", "total", "named", "over", ""):
        table.add_column(column, no_wrap=True)
    with Progress(transient=True, console=console) as progress:
        task = progress.add_task("before", total=len(delays))
        configurations = {delay.configuration.name: delay.configuration for delay in delays}
        before = {
            name: _before(configuration, delays) for name, configuration in configurations.items()
        }
        missed = 0
        for delay in delays:
            progress.update(task, description=delay.name)
            seen = asyncio.run(
                measure(delay.configuration, _lines(delay), delay=delay, steady=True)
            )
            found = judging.find(
                seen.reports, before[delay.configuration.name], delay.kind, injected=SECONDS
            )
            is_found = found.proves(delay.stage)
            missed += not is_found
            over = ", ".join(found.over)
            row = (delay.name, delay.where, found.total, found.named, over)
            table.add_row(*row, "ok" if is_found else "MISSED")
            progress.advance(task)
    Console(width=120, highlight=False).print(table)
    return int(missed > 0)


def _before(configuration: Configuration, delays: Sequence[InjectedDelay]) -> Usual:
    """How long each stage takes with no delay injected."""
    kinds = {delay.kind for delay in delays if delay.configuration is configuration}
    scripts = [questions(only_greeting=True)] * (_GREETINGS if Kind.GREETING in kinds else 0)
    if kinds - {Kind.GREETING}:
        scripts.append(questions())
    return judging.usual(asyncio.run(measure(configuration, scripts, steady=True)).reports)


def _lines(delay: InjectedDelay) -> list[Script]:
    if delay.kind is Kind.GREETING:
        return [questions(only_greeting=True)] * _GREETINGS
    return [questions()]


def _table(configuration: Configuration, judged: Judgement, seen: Measured) -> Table:
    """Each stage's percentiles beside their limits."""
    counts = ", ".join(
        f"{sum(report.kind is kind for report in seen.reports)} {kind.value}s" for kind in Kind
    )
    table = Table(
        title=f"{configuration.name}: {configuration.purpose}",
        caption=f"ms, limit in brackets; {counts}",
    )
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


def _summary(judged: Judgement, seen: Measured, code: int) -> str:
    """What came out, in words."""
    lines = [judged.text(), *(f"a call was given up: {why}" for why in seen.unanswered)]
    if code == 2 and judged.rows and not seen.unanswered:
        lines.append(
            f"That is no verdict: all CPUs were in use for {seen.busy * 100:.0f} % of the time. "
            "Run it when nothing else runs."
        )
    return "\n".join(lines)
