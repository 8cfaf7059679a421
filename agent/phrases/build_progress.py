"""A build as a person sees it: a bar, what fails while it goes on, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from livekit.plugins import sarvam_pooled
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from prewarm.build import Built, Failure, build
from prewarm.required_phrases import Wanted, missing, wanted
from prewarm.sync import Exchanged, exchange

from ..call.phrases import Shared

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
    """Make what no level has, give each level what it lacks, show how it goes, and close the voice
    and the shared level; the exit code. After `within` seconds it stops; None is no limit."""
    every = [phrase for code in languages for phrase in wanted(voice, code)]
    bar = _Bar(out, total=len(every))
    work = _Work(voice, store, shared, every)
    try:
        with bar.showing:
            asyncio.run(work.run(bar, per_minute=per_minute, within=within))
    except (KeyboardInterrupt, TimeoutError) as stopped:
        out.print("Stopped. What is done is in the store; the same command goes on from there.")
        return FAILED if isinstance(stopped, TimeoutError) else INTERRUPTED
    code = _sum_up(out, work.built, every=len(every))
    return max(code, _sum_up_shared(out, work.exchanged)) if shared is not None else code


class _Work:
    """One build, and what became of it."""

    def __init__(
        self,
        voice: sarvam_pooled.TTS,
        store: sarvam_pooled.PhraseStore,
        shared: Shared | None,
        every: Sequence[Wanted],
    ) -> None:
        self._voice = voice
        self._store = store
        self._shared = shared
        self._every = every
        self.built = Built(made=0, failures=(), untried=0)
        self.exchanged: list[Exchanged] = []

    async def run(self, bar: _Bar, *, per_minute: float, within: float | None) -> None:
        """Do it.

        Raises:
            TimeoutError: It is not done in `within` seconds.
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
            # A look-up would not have the time to connect.
            await self._shared.connect()
        await self._exchange(self._every)
        lacking = missing(self._store, self._every)
        bar.begin(done=len(self._every) - len(lacking))
        self.built = await build(
            self._voice, self._store, lacking, watcher=bar, per_minute=per_minute
        )
        await self._exchange(lacking)

    async def _exchange(self, phrases: Sequence[Wanted]) -> None:
        if self._shared is not None:
            self.exchanged.append(await exchange(self._store, self._shared, phrases))


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
        """So many need not be made."""
        self.showing.update(self._task, completed=done)

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


def _sum_up_shared(out: Console, exchanged: Sequence[Exchanged]) -> int:
    taken, given, refused = (
        sum(getattr(each, name) for each in exchanged) for name in ("taken", "given", "refused")
    )
    out.print(f"{taken} taken from Redis, {given} given to it")
    if not refused:
        return DONE
    out.print(f"{refused} were not taken by Redis: see PHRASE_REDIS_URL")
    return FAILED
