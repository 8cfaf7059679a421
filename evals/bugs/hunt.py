"""Calls an assistant with each of its planted bugs; a bug is found if a caller who passes without
it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from livekit.agents.llm import LLM

from evals.callers.schema import CallerFile
from evals.results import Result, Run
from evals.runner.calls import Callee, Options, call_all

from .patches import INSTRUCTIONS, Bug, plant


@dataclass(frozen=True, slots=True)
class Hunted:
    """What came of one bug."""

    bug: Bug
    by: tuple[Result, ...]
    """The calls that failed for it; none: it was missed."""

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
    """Plant each bug in a copy, and have the callers call it who pass without it.

    Args:
        folder: The assistant's.
        load: Loads the assistant of a folder.
        clean: The run without a bug.

    Raises:
        BugError: A bug does not fit the assistant.
    """
    callers = [result.call.caller for result in clean.results if result.passed]
    hunted: list[Hunted] = []
    with TemporaryDirectory(prefix="evals-bugs-") as into:
        for bug in bugs:
            planted = plant(bug, folder, Path(into))
            rewrite = bug.applied if bug.file == INSTRUCTIONS else None
            run = await call_all(
                load(planted.folder), file, callers, llm, replace(options, rewrite=rewrite)
            )
            hunted.append(Hunted(bug, tuple(run.failed)))
            on_done(hunted[-1])
    return hunted
