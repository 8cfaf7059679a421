"""A build as its operator sees it: a progress bar, failures, and the result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from livekit.plugins import sarvam_pooled
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prewarm.required_phrases import RequiredPhrase, find_missing, required_phrases
from prewarm.stock_phrase_table import PhraseTable

from .build import Built, Failure, build
from .sync import Synced, sync

if TYPE_CHECKING:
    from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes: the store has everything, something is missing still, Ctrl-C."""


def run_build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    table: PhraseTable,
    languages: Sequence[str],
    *,
    remote: RedisTier | None = None,
    per_minute: float,
    within: float | None = None,
    out: Console,
) -> int:
    """Make what no tier has, copy to each tier what it lacks, show the progress, and close the
    voice and the remote tier. Returns the exit code. Stops after `within` seconds, if given."""
    every = [phrase for code in languages for phrase in required_phrases(voice, table, code)]
    bar = _Bar(out, total=len(every))
    try:
        with bar.showing:
            work = _run(
                voice, store, table, remote, every, bar, per_minute=per_minute, within=within
            )
            built, synced = asyncio.run(work)
    except (KeyboardInterrupt, TimeoutError) as stopped:
        out.print("Stopped. What is done is in the store; the same command goes on from there.")
        return FAILED if isinstance(stopped, TimeoutError) else INTERRUPTED
    code = _sum_up(out, built, every=len(every))
    return max(code, _sum_up_remote(out, synced)) if remote is not None else code


async def _run(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    table: PhraseTable,
    remote: RedisTier | None,
    every: Sequence[RequiredPhrase],
    bar: _Bar,
    *,
    per_minute: float,
    within: float | None,
) -> tuple[Built, list[Synced]]:
    """Build, and copy between the tiers before and after it.

    Raises:
        TimeoutError: The build has not ended within `within` seconds.
    """
    synced = []
    try:
        async with asyncio.timeout(within):
            if remote is not None:
                # A lookup has no time to connect.
                await remote.connect()
                synced.append(await sync(store, remote, every))
            lacking = find_missing(store, every)
            bar.begin(done=len(every) - len(lacking))
            built = await build(voice, store, table, lacking, watcher=bar, per_minute=per_minute)
            if remote is not None:
                synced.append(await sync(store, remote, lacking))
            return built, synced
    finally:
        await voice.aclose()
        if remote is not None:
            await remote.aclose()


class _Bar:
    """The bar; `Watcher` of a build."""

    def __init__(self, out: Console, *, total: int) -> None:
        self.showing = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=out,
        )
        self._task = self.showing.add_task("phrases", total=total)

    def begin(self, *, done: int) -> None:
        """Count the phrases that need not be made."""
        self.showing.update(self._task, completed=done)

    def made(self, phrase: RequiredPhrase) -> None:
        """Count one more."""
        self.showing.update(self._task, advance=1, description=phrase.language)

    def failed(self, failure: Failure) -> None:
        """Show that there are failures; they are listed at the end, together."""
        self.showing.update(self._task, description=f"{failure.phrase.language}, with failures")

    def waits(self, seconds: float, reason: str) -> None:
        """Show why nothing moves."""
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


def _sum_up_remote(out: Console, synced: Sequence[Synced]) -> int:
    taken, given, refused = (
        sum(getattr(each, name) for each in synced) for name in ("taken", "given", "refused")
    )
    out.print(f"{taken} taken from Redis, {given} given to it")
    if not refused:
        return DONE
    out.print(f"{refused} were not taken by Redis: see PHRASE_REDIS_URL")
    return FAILED
