"""`python -m bench phrases`."""

from __future__ import annotations

import asyncio
import logging

from rich.console import Console

from bench.cli import command
from bench.report import Sheet, milliseconds, percentile, progress, show

from . import lookup, memory, repeated

HITS = 200


@command
def phrases() -> int:
    """Phrases that are audio already: a repeated reply, a hit alone, and a large store's memory.
    Ends with 1 over a limit."""
    logging.disable(logging.ERROR)
    passes = sum(len(names) for _, names in repeated.PASSES)
    with progress(passes * len(repeated.texts()) + 2) as step:
        step(0, doing="replies")
        again = asyncio.run(repeated.measure(step))
        step(0, doing="hits")
        hits = asyncio.run(lookup.measure(HITS))
        step(doing="memory")
        added = memory.compare()
        step()
    console = Console()
    for sheet in (_repeated(again), _lookups(hits), _memory(added)):
        show(sheet, console)
    return not (
        all(each.holds for each in again)
        and all(percentile(times, 0.5) <= lookup.ALLOWED for times in hits.values())
        and memory.holds(added)
    )


def _repeated(again: list[repeated.Repeated]) -> Sheet:
    rows = [
        (
            each.name,
            *(milliseconds(each.first_audible(share)) for share in (0.5, 0.95)),
            milliseconds(repeated.ALLOWED) if each.is_limited else "",
            f"{each.whole}/{len(each.replies)}",
            str(each.requests),
        )
        for each in again
    ]
    columns = ("said", "p50", "p95", "allowed p50", "whole", "requests")
    return Sheet("A repeated reply: first token -> first audible sample, ms", columns, rows)


def _lookups(hits: dict[str, list[float]]) -> Sheet:
    shares = (0.5, 0.95, 0.99)
    rows = [
        (
            tier,
            *(milliseconds(percentile(times, share), 2) for share in shares),
            milliseconds(lookup.ALLOWED),
        )
        for tier, times in hits.items()
    ]
    columns = ("from", "p50", "p95", "p99", "allowed p50")
    return Sheet(f"A hit alone: text -> first frame, ms, {HITS} hits each", columns, rows)


def _memory(added: dict[int, tuple[float, float]]) -> Sheet:
    rows = [(f"{size:,}", *(f"{mb:.1f}" for mb in both)) for size, both in added.items()]
    columns = ("phrases on disk", "before", "added by the calls")
    return Sheet(f"Memory of a process, MB, {memory.CALLS} calls", columns, rows)
