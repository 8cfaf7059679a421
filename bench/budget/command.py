"""`python -m bench budget`: are the limits kept? `injected-delays`: is a slow stage noticed?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.console import Console

from agent.latency.budgets import Judgement, load_budget
from agent.latency.marks import Kind
from bench.cli import choose, command
from bench.report import Sheet, milliseconds, progress, show
from sandbox.caller.script import Script

from . import judging
from .calls import Measured, measure, questions
from .configurations import CONFIGURATIONS, Configuration
from .injected_delays import INJECTED_DELAYS, SECONDS, InjectedDelay
from .judging import StagePercentiles

_GREETINGS: Final = 3
_QUANTILES: Final = ("p50", "p95", "p99")


@command
def budget(
    configuration: Annotated[
        list[str] | None, typer.Option(help=f"Only these of {', '.join(CONFIGURATIONS)}.")
    ] = None,
    calls: Annotated[
        int, typer.Option(help="For each configuration; p95 needs 3, p99 needs 13.", min=1)
    ] = 3,
    name: Annotated[str, typer.Option("--budget", help="Of agent/latency/budgets.toml.")] = "",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print limits that fit what was measured.")
    ] = False,
) -> int:
    """Real calls against the limits of each stage. Ends with 1 over a limit and names the stage
    that is most over."""
    console = Console(highlight=False)
    codes = [0]
    for chosen in choose(configuration, CONFIGURATIONS, "configuration").values():
        with progress(calls, console) as step:
            step(0, doing=f"calls, {chosen.name}")
            seen = asyncio.run(measure(chosen, [questions()] * calls, on_call=step))
        judged = load_budget(chosen.budget or name or None).judge(seen.reports)
        show(sheet(chosen, judged), console)
        counts = (sum(report.kind is kind for report in seen.reports) for kind in Kind)
        counted = ", ".join(f"{n} {kind.value}s" for n, kind in zip(counts, Kind, strict=True))
        console.print(f"ms, limit in brackets; {counted}")
        code = 2 if seen.unanswered else judging.verdict(judged, busy=seen.busy)
        console.print(summary(judged, seen, code), soft_wrap=True)
        if suggest:
            console.print(
                "\n".join(judging.suggest(judging.stage_percentiles(seen.reports))), markup=False
            )
        codes.append(code)
    return max(codes)


@command
def injected_delays(
    stage: Annotated[
        list[str] | None, typer.Option(help="Only these, such as turn/pool; all by default.")
    ] = None,
) -> int:
    """Does the budget find a slow stage? 200 ms are injected into each in turn: about 20 minutes.
    Ends with 1 if one is missed."""
    delays = [one for one in INJECTED_DELAYS if not stage or {one.name, one.stage} & set(stage)]
    if not delays:
        raise ValueError(f"no such stage; there are: {', '.join(d.name for d in INJECTED_DELAYS)}")
    configurations = {delay.configuration.name: delay.configuration for delay in delays}
    rows = []
    with progress(len(delays)) as step:
        step(0, doing="without a delay")
        before = {name: _before(one, delays) for name, one in configurations.items()}
        for delay in delays:
            step(0, doing=delay.name)
            chosen = delay.configuration
            seen = asyncio.run(measure(chosen, _scripts(delay), delay=delay, steady=True))
            found = judging.find(seen.reports, before[chosen.name], delay.kind, injected=SECONDS)
            verdict = "ok" if found.proves(delay.stage) else "MISSED"
            over = ", ".join(found.over)
            rows.append((delay.name, delay.where, found.total, found.named, over, verdict))
            step()
    columns = ("stage", "injected into", "total", "named", "over", "verdict")
    title = f"{milliseconds(SECONDS)} ms injected into each stage in turn"
    show(Sheet(title, columns, rows, names=2), Console(width=120, highlight=False))
    return any(row[-1] != "ok" for row in rows)


def _before(configuration: Configuration, delays: Sequence[InjectedDelay]) -> StagePercentiles:
    """How long each stage takes with no delay injected."""
    kinds = {delay.kind for delay in delays if delay.configuration is configuration}
    scripts = [questions(only_greeting=True)] * (_GREETINGS if Kind.GREETING in kinds else 0)
    if kinds - {Kind.GREETING}:
        scripts.append(questions())
    return judging.stage_percentiles(
        asyncio.run(measure(configuration, scripts, steady=True)).reports
    )


def _scripts(delay: InjectedDelay) -> list[Script]:
    if delay.kind is Kind.GREETING:
        return [questions(only_greeting=True)] * _GREETINGS
    return [questions()]


def sheet(configuration: Configuration, judged: Judgement) -> Sheet:
    """Each stage's percentiles beside their limits."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in judged.rows:
        text = f"{row.us / 1000:.0f} ({row.limit_us / 1000:.0f})"
        over = row.over_us > 0
        of_stage = cells.setdefault((row.kind.value, row.stage), {})
        of_stage[row.quantile] = f"[bold red]! {text}[/]" if over else text
    rows = [(*key, *(of.get(quantile, "") for quantile in _QUANTILES)) for key, of in cells.items()]
    title = f"{configuration.name}: {configuration.purpose}"
    return Sheet(title, ("kind", "stage", *_QUANTILES), rows, names=2)


def summary(judged: Judgement, seen: Measured, code: int) -> str:
    """The outcome in words."""
    lines = [judged.text(), *(f"a call was given up: {why}" for why in seen.unanswered)]
    if code == 2 and judged.rows and not seen.unanswered:
        lines.append(
            f"No verdict: all CPUs were in use for {seen.busy * 100:.0f} % of the time. "
            "Run it when nothing else runs."
        )
    return "\n".join(lines)
