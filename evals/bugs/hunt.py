"""Calls an assistant with each of its planted bugs; a bug is found if a caller who passes without
it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from livekit.agents.llm import LLM

from evals.callers.schema import Caller, CallerFile
from evals.results import Result, Run
from evals.runner.calls import Callee, Options, call_all

from .patches import INSTRUCTIONS, Bug, plant


@dataclass(frozen=True, slots=True)
class Hunted:
    """What came of one bug."""

    bug: Bug
    by: tuple[Result, ...]
    """Calls that failed for it; none: it was missed."""
    calls: int
    """How many calls that took."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found it."""
        found = {finding.rule for result in self.by for finding in result.findings}
        return tuple(sorted(found))


async def hunt(
    folder: Path,
    load: Callable[[Path], Callee],
    file: CallerFile,
    bugs: Sequence[Bug],
    clean: Run,
    llm: LLM[Any],
    options: Options,
    *,
    on_done: Callable[[Hunted], None] = lambda _: None,
) -> list[Hunted]:
    """Plant each bug in a copy, and have the callers call it who pass without it, until one fails.

    Args:
        folder: The assistant's.
        load: Loads the assistant of a folder.
        clean: The run without a bug.

    Raises:
        BugError: A bug does not fit the assistant.
    """
    passing = [result.call.caller for result in clean.results if result.passed]
    hunted: list[Hunted] = []
    with TemporaryDirectory(prefix="evals-bugs-") as into:
        for bug in bugs:
            planted = plant(bug, folder, Path(into))
            with_bug = replace(options, rewrite=bug.applied if bug.file == INSTRUCTIONS else None)
            one = Hunted(bug, (), 0)
            for callers in _batches(_in_order(passing, bug), options.jobs):
                run = await call_all(load(planted.folder), file, callers, llm, with_bug)
                one = Hunted(bug, tuple(run.failed), one.calls + len(callers))
                if one.by:
                    break
            hunted.append(one)
            on_done(one)
    return hunted


def _in_order(callers: Sequence[Caller], bug: Bug) -> list[Caller]:
    """Those first who are likely to find it."""
    return sorted(callers, key=lambda one: not any(part in one.id for part in bug.first))


def _batches(callers: Sequence[Caller], size: int) -> Iterator[Sequence[Caller]]:
    """`size` of them at a time."""
    for first in range(0, len(callers), size):
        yield callers[first : first + size]
