"""Are the worker's `/metrics` right, during calls and after them?

Two calls at once, each in a process of its own, while the page is scraped all the time. Its counts
are compared with the calls' journals.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.budget.calls import questions
from bench.real_calls import AGENT, make_call, simulated
from bench.report import percentile
from sandbox.stack.ports import free
from sandbox.stack.stack import stack

_EVERY: Final = 0.5  # seconds between two scrapes
_AFTER: Final = 3.0  # seconds in which the processes of calls end


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """The counts that were seen."""

    written: Counter[str]
    """Turns, greetings and interruptions in the calls' journals."""
    during: Counter[str]
    """In the last page before a call ended."""
    after: tuple[Counter[str], ...]
    """In pages after all had ended."""
    went_back: int
    """Pages with a smaller count than the one before."""
    took: float
    """Seconds of a scrape, at p95."""

    @property
    def holds(self) -> bool:
        """Whether turns are seen in mid-call, and none is lost or counted twice."""
        seen = all(count == self.written for count in self.after)
        return bool(self.during["turn"]) and seen and not self.went_back


async def measure(*, calls: int = 2) -> Scraped:
    """Make calls at the same time, and watch the page."""
    ports = free()
    pages: list[Counter[str]] = []
    took: list[float] = []
    with TemporaryDirectory(prefix="scrape-") as folder:
        here = Path(folder)
        environ = {"JOURNAL_DIR": folder, "AGENT_NAME": AGENT}
        options = simulated(here, environ, ports=ports)
        async with stack(options) as running, aiohttp.ClientSession() as session:

            async def look() -> None:
                began = time.perf_counter()
                async with session.get(f"http://127.0.0.1:{ports.worker}/metrics") as answer:
                    pages.append(_counts(await answer.text()))
                took.append(time.perf_counter() - began)

            made = [
                asyncio.create_task(make_call(running, questions(), here)) for _ in range(calls)
            ]
            while not any(call.done() for call in made):
                await look()
                await asyncio.sleep(_EVERY)
            # While the last page was read, a call may have ended.
            during = pages[-2] if len(pages) > 1 else Counter()
            ended = await asyncio.gather(*made)
            await look()
            await asyncio.sleep(_AFTER)
            await look()
            await look()
    return Scraped(
        written=Counter(report.kind.value for call in ended for report in call.reports),
        during=during,
        after=tuple(pages[-3:]),
        went_back=sum(
            any(now[kind] < before[kind] for kind in before)
            for before, now in itertools.pairwise(pages)
        ),
        took=percentile(took, 0.95),
    )


def _counts(page: str) -> Counter[str]:
    """Turns on a page, by kind."""
    return Counter(
        {
            sample.labels["kind"]: int(sample.value)
            for family in text_string_to_metric_families(page)
            for sample in family.samples
            if sample.name == "agent_turn_seconds_count" and sample.value
        }
    )
