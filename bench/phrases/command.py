"""`python -m bench phrases`: what it prints, and how it ends."""

from __future__ import annotations

import asyncio
import functools
import logging

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.report import percentile

from . import lookup, memory, repeated

HITS = 200


def show() -> int:
    """Measure all three and show them; 1 where a limit is exceeded."""
    logging.disable(logging.ERROR)
    with Progress(transient=True) as progress:
        passes = sum(len(names) for _, names in repeated.PASSES)
        replies = progress.add_task("replies", total=passes * len(repeated.texts()))
        again = asyncio.run(repeated.measure(functools.partial(progress.advance, replies)))
        rest = progress.add_task("hits and memory", total=2)
        hits = asyncio.run(lookup.measure(HITS))
        progress.advance(rest)
        weights = memory.compare()
        progress.advance(rest)
    console = Console()
    console.print(_repeated(again))
    console.print(_alone(hits))
    console.print(_weights(weights))
    kept = (
        *(each.holds for each in again),
        *(percentile(times, 0.5) <= lookup.ALLOWED for times in hits.values()),
        memory.holds(weights),
    )
    return 0 if all(kept) else 1


def _repeated(again: list[repeated.Repeated]) -> Table:
    table = Table(title="A reply that was said before: first token -> first audible sample, ms")
    table.add_column("said")
    for column in ("p50", "p95", "allowed p50", "whole", "requests"):
        table.add_column(column, justify="right")
    for each in again:
        table.add_row(
            each.name,
            *(f"{each.first_audible(share) * 1000:.0f}" for share in (0.5, 0.95)),
            f"{repeated.ALLOWED * 1000:.0f}" if each.is_limited else "",
            f"{each.whole}/{len(each.replies)}",
            str(each.requests),
        )
    return table


def _alone(hits: dict[str, list[float]]) -> Table:
    table = Table(title=f"A hit alone: text -> first frame, ms, {HITS} hits each")
    table.add_column("from")
    for column in ("p50", "p95", "p99", "allowed p50"):
        table.add_column(column, justify="right")
    for level, times in hits.items():
        quantiles = (f"{percentile(times, share) * 1000:.2f}" for share in (0.5, 0.95, 0.99))
        table.add_row(level, *quantiles, f"{lookup.ALLOWED * 1000:.0f}")
    return table


def _weights(weights: dict[int, tuple[float, float]]) -> Table:
    table = Table(title=f"Memory of a process, MB, {memory.CALLS} calls")
    for column in ("phrases on disk", "before", "added by the calls"):
        table.add_column(column, justify="right")
    for size, (before, added) in weights.items():
        table.add_row(f"{size:,}", f"{before:.1f}", f"{added:.1f}")
    return table
