"""A build as its operator sees it: a progress bar, failures, and the result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from livekit.plugins import sarvam_pooled
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prewarm.required_phrases import RequiredPhrase, missing, required_phrases

from ..call.phrases import Shared
from .build import Built, Failure, build
from .sync import Synced, sync

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes: the store has everything, something is missing still, Ctrl-C."""


def run_build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    languages: Sequence[str],
    *,
    shared: Shared | None = None,
    per_minute: float,
    within: float | None = None,
    out: Console,
) -> int:
    """Make what no tier has, copy to each tier what it lacks, show the progress, and close the
    voice and the shared tier. Returns the exit code. Stops after `within` seconds, if given."""
    every = [phrase for code in languages for phrase in required_phrases(voice, code)]
    bar = _Bar(out, total=len(every))
    work = _Work(voice, store, shared, every)
    try:
        with bar.showing:
            asyncio.run(work.run(bar, per_minute=per_minute, within=within))
    except (KeyboardInterrupt, TimeoutError) as stopped:
        out.print("Stopped. What is done is in the store; the same command goes on from there.")
        return FAILED if isinstance(stopped, TimeoutError) else INTERRUPTED
    code = _sum_up(out, work.built, every=len(every))
    return max(code, _sum_up_shared(out, work.synced)) if shared is not None else code


class _Work:
    """One build, and its result."""

    def __init__(
        self,
        voice: sarvam_pooled.TTS,
        store: sarvam_pooled.PhraseStore,
        shared: Shared | None,
        every: Sequence[RequiredPhrase],
    ) -> None:
        self._voice = voice
        self._store = store
        self._shared = shared
        self._every = every
        self.built = Built(made=0, failures=(), untried=0)
        self.synced: list[Synced] = []

    async def run(self, bar: _Bar, *, per_minute: float, within: float | None) -> None:
        """Run the build.

        Raises:
            TimeoutError: The build has not ended within `within` seconds.
        """
        try:
            async with asyncio.timeout(within):
                await self._make(bar, per_minute)
        finally:
            await self._voice.aclose()
            if self._shared is not None:
                await self._shared.aclose()

    async def _make(self, bar: _Bar, per_minute: float) -> None:
        if self._shared is not None:
            # A look-up has no time to connect.
            await self._shared.connect()
        await self._sync(self._every)
        lacking = missing(self._store, self._every)
        bar.begin(done=len(self._every) - len(lacking))
        self.built = await build(
            self._voice, self._store, lacking, watcher=bar, per_minute=per_minute
        )
        await self._sync(lacking)

    async def _sync(self, phrases: Sequence[RequiredPhrase]) -> None:
        if self._shared is not None:
            self.synced.append(await sync(self._store, self._shared, phrases))


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


def _sum_up_shared(out: Console, synced: Sequence[Synced]) -> int:
    taken, given, refused = (
        sum(getattr(each, name) for each in synced) for name in ("taken", "given", "refused")
    )
    out.print(f"{taken} taken from Redis, {given} given to it")
    if not refused:
        return DONE
    out.print(f"{refused} were not taken by Redis: see PHRASE_REDIS_URL")
    return FAILED
