"""A build as a person sees it: a bar, what fails while it goes on, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from livekit.plugins import sarvam_pooled
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prewarm.build import Built, Failure, build
from prewarm.missing import Wanted, missing, wanted

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes: the store has everything, something is missing still, Ctrl-C."""


def run_build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    languages: Sequence[str],
    *,
    per_minute: float,
    out: Console,
) -> int:
    """Make what the store lacks, show how it goes, and close the voice; the exit code."""
    lacking = [phrase for code in languages for phrase in missing(voice, store, code)]
    every = sum(len(wanted(voice, code)) for code in languages)
    bar = _Bar(out, done=every - len(lacking), total=every)
    try:
        with bar.showing:
            built = asyncio.run(_build(voice, store, lacking, bar, per_minute=per_minute))
    except KeyboardInterrupt:
        out.print("Stopped. What is done is in the store; the same command goes on from there.")
        return INTERRUPTED
    return _sum_up(out, built, every=every)


async def _build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    lacking: Sequence[Wanted],
    bar: _Bar,
    *,
    per_minute: float,
) -> Built:
    try:
        return await build(voice, store, lacking, watcher=bar, per_minute=per_minute)
    finally:
        await voice.aclose()


class _Bar:
    """The bar; `Watcher` of a build."""

    def __init__(self, out: Console, *, done: int, total: int) -> None:
        self.showing = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=out,
        )
        self._task = self.showing.add_task("phrases", completed=done, total=total)

    def made(self, phrase: Wanted) -> None:
        """One more is in the store."""
        self.showing.update(self._task, advance=1, description=phrase.language)

    def failed(self, failure: Failure) -> None:
        """It stays for the end: what fails together is read together."""
        self.showing.update(self._task, description=f"{failure.phrase.language}, with failures")

    def waits(self, seconds: float, reason: str) -> None:
        """Tells why nothing moves."""
        self.showing.update(self._task, description=f"waiting {seconds:g} s: {escape(reason)}")


def _sum_up(out: Console, built: Built, *, every: int) -> int:
    there = every - built.made - len(built.failures) - built.untried
    out.print(f"{built.made} made, {there} were there already")
    if not built.failures:
        return DONE
    out.print(f"{len(built.failures)} failed, {built.untried} not tried:")
    for failure in built.failures:
        phrase = failure.phrase
        out.print(f"  {phrase.language}  {phrase.text}\n         {failure.reason}", markup=False)
    return FAILED
