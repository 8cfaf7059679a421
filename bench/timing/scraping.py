"""Do the worker's `/metrics` say what happened, while calls go on and after they have ended?

Two calls at once, each in a process of its own, while the page is scraped all the time. Its counts
are held against what the calls wrote into their journals.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.real_calls import AGENT, make_call
from bench.report import percentile
from sandbox.caller.script import load
from sandbox.stack.ports import free
from sandbox.stack.stack import StackOptions, stack

_EVERY: Final = 0.5  # seconds between two scrapes
_AFTER: Final = 3.0  # seconds in which the processes of calls end


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """What was seen."""

    written: Counter[str]
    """Turns, greetings and interruptions by the calls' journals."""
    during: Counter[str]
    """By the last page before a call ended."""
    after: tuple[Counter[str], ...]
    """By pages after both had ended."""
    went_back: int
    """Pages with a smaller count than the one before."""
    took: float
    """Seconds of a scrape, at p95."""

    @property
    def holds(self) -> bool:
        """Whether turns are seen in mid-call, and none is lost or doubled."""
        seen = all(count == self.written for count in self.after)
        return bool(self.during["turn"]) and seen and not self.went_back


async def scrape(*, calls: int = 2) -> Scraped:
    """Make calls at the same time, and watch the page."""
    environ = {name: value for name, value in os.environ.items() if name != "LIVEKIT_URL"}
    ports = free()
    with TemporaryDirectory(prefix="scrape-") as folder:
        here = Path(folder)
        options = StackOptions(
            ports=ports,
            environ=environ | {"JOURNAL_DIR": folder, "AGENT_NAME": AGENT},
            env_file=here / "none",
            logs=here / "logs",
            with_playground=False,
        )
        script = load(Path(__file__).parents[1] / "budget/questions.toml")
        async with stack(options) as running, aiohttp.ClientSession() as session:
            watch = _Watch(session, f"http://127.0.0.1:{ports.worker}/metrics")
            made = [asyncio.create_task(make_call(running, script, here)) for _ in range(calls)]
            while not any(call.done() for call in made):
                await watch.look()
                await asyncio.sleep(_EVERY)
            during = watch.pages[-2] if len(watch.pages) > 1 else Counter()
            ended = await asyncio.gather(*made)
            after = [await watch.look()]
            await asyncio.sleep(_AFTER)
            after += [await watch.look(), await watch.look()]
    return Scraped(
        written=Counter(report.kind.value for call in ended for report in call.reports),
        during=during,
        after=tuple(after),
        went_back=watch.went_back,
        took=percentile(watch.took, 0.95),
    )


class _Watch:
    """Scrapes the page, as Prometheus does."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address
        self.pages: list[Counter[str]] = []
        self.took: list[float] = []

    async def look(self) -> Counter[str]:
        """The counts of turns, by kind, as of now."""
        began = time.perf_counter()
        async with self._session.get(self._address) as answer:
            text = await answer.text()
        self.took.append(time.perf_counter() - began)
        page = Counter(
            {
                sample.labels["kind"]: int(sample.value)
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.name == "agent_turn_seconds_count" and sample.value
            }
        )
        self.pages.append(page)
        return page

    @property
    def went_back(self) -> int:
        """Pages that say less than the one before."""
        pairs = zip(self.pages, self.pages[1:], strict=False)
        return sum(any(now[kind] < before[kind] for kind in before) for before, now in pairs)
