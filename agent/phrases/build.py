"""Synthesises phrases into the store, before any call.

A build that is interrupted keeps what is in the store, and the next build makes the rest.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

from aiolimiter import AsyncLimiter
from livekit.plugins import sarvam_pooled

from prewarm.required_phrases import RequiredPhrase
from prewarm.stock_phrase_table import PhraseTable

PER_MINUTE: Final = 30.0
"""Requests a minute; all phrases of all languages take nine minutes. Sarvam's first plan allows 30
at once (documented); how many it allows in a minute depends on the plan."""

BUSY_WAITS: Final = (5.0, 15.0, 45.0)
"""Seconds to wait, one after the other, while the provider is busy after the plugin's retries."""

_AT_ONCE: Final = 4
# Skip the rest of a language after this many refusals in a row: the voice or account lacks it.
_MAX_REFUSALS: Final = 3
_BUSY: Final = frozenset({429, 503})
# No key, no credit, no permission: the next phrase would be refused too.
_REFUSED: Final = frozenset({401, 402, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A phrase that could not be made, and why; the reason holds no key."""

    phrase: RequiredPhrase
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The result of a build.

    Attributes:
        made: Phrases that are in the store now and were not before.
        failures: Phrases that were tried and could not be made.
        untried: Phrases that were not tried because of the failures.
    """

    made: int
    failures: tuple[Failure, ...]
    untried: int


class Watcher(Protocol):
    """Follows a build."""

    def made(self, phrase: RequiredPhrase) -> None:
        """The phrase is in the store."""

    def failed(self, failure: Failure) -> None:
        """The phrase could not be made, and will not be tried again."""

    def waits(self, seconds: float, reason: str) -> None:
        """The provider is busy: no request begins for `seconds`."""


async def build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    table: PhraseTable,
    phrases: Iterable[RequiredPhrase],
    *,
    watcher: Watcher,
    per_minute: float = PER_MINUTE,
    busy_waits: Sequence[float] = BUSY_WAITS,
) -> Built:
    """Synthesise `phrases` and keep them; those of a language must be adjacent.

    Cancelling keeps what is done. The voice is left in the last language.

    Args:
        table: Has the voice of each language.
        phrases: What to make; see `missing`.
        per_minute: Requests that may begin in a minute, evenly spread; 0 is no limit.
        busy_waits: Seconds to wait, one after the other, while the provider is busy.

    Raises:
        ValueError: A negative rate.
    """
    if per_minute < 0:
        raise ValueError(f"per_minute must be at least 0, not {per_minute:g}")
    # One request for each interval: a pause is not made up for by a burst.
    limiter = AsyncLimiter(1, 60.0 / per_minute) if per_minute else None
    work = _Build(voice, store, table, watcher, limiter, busy_waits)
    for language, group in groupby(phrases, key=lambda phrase: phrase.language):
        await work.speak_all(language, deque(group))
    return work.built()


class _Build:
    def __init__(
        self,
        voice: sarvam_pooled.TTS,
        store: sarvam_pooled.PhraseStore,
        table: PhraseTable,
        watcher: Watcher,
        limiter: AsyncLimiter | None,
        busy_waits: Sequence[float],
    ) -> None:
        self._voice = voice
        self._store = store
        self._table = table
        self._watcher = watcher
        self._limiter = limiter
        self._busy_waits = busy_waits
        self._busy_until = 0.0
        # One waits at a time, so that the others see a refusal that comes meanwhile.
        self._turn = asyncio.Lock()
        self._made = 0
        self._failures: list[Failure] = []
        self._untried = 0
        self._in_a_row = 0
        self._is_over = False

    def built(self) -> Built:
        return Built(made=self._made, failures=tuple(self._failures), untried=self._untried)

    async def speak_all(self, language: str, left: deque[RequiredPhrase]) -> None:
        """Synthesise what is `left` of one language, a few at once."""
        if not self._is_over:
            self._in_a_row = 0
            options = self._table.voice(language)
            self._voice.update_options(target_language_code=language, **options)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_AT_ONCE, len(left))):
                    group.create_task(self._speak(left))
        self._untried += len(left)

    async def _speak(self, left: deque[RequiredPhrase]) -> None:
        while (phrase := await self._next(left)) is not None:
            await self._make(phrase)

    async def _next(self, left: deque[RequiredPhrase]) -> RequiredPhrase | None:
        async with self._turn:
            if not self._goes_on(left):
                return None
            await self._pause()
            # The build may be over by now: the phrase is then not tried.
            return left.popleft() if self._goes_on(left) else None

    def _goes_on(self, left: deque[RequiredPhrase]) -> bool:
        return bool(left) and not self._is_over and self._in_a_row < _MAX_REFUSALS

    async def _pause(self) -> None:
        await asyncio.sleep(self._busy_until - _now())
        if self._limiter is not None:
            await self._limiter.acquire()

    async def _make(self, phrase: RequiredPhrase) -> None:
        try:
            made = await self._render(phrase.text)
        except sarvam_pooled.SarvamError as error:
            # That one text cannot be spoken says nothing about the next.
            self._in_a_row += not isinstance(error, sarvam_pooled.UnspeakableText)
            self._is_over |= _ends_all(error)
            self._fail(phrase, str(error))
            return
        if not await asyncio.to_thread(self._store.put, made):
            self._is_over = True
            self._fail(phrase, f"{self._store.folder} takes no more: is the disk full?")
            return
        self._in_a_row = 0
        self._made += 1
        self._watcher.made(phrase)

    async def _render(self, text: str) -> sarvam_pooled.Phrase:
        for pause in self._busy_waits:
            try:
                return await self._voice.engine.render(text)
            except sarvam_pooled.ProviderFailed as error:
                if error.status not in _BUSY:
                    raise
                self._watcher.waits(pause, str(error))
            self._busy_until = max(self._busy_until, _now() + pause)
            async with self._turn:
                await self._pause()
        return await self._voice.engine.render(text)

    def _fail(self, phrase: RequiredPhrase, reason: str) -> None:
        failure = Failure(phrase=phrase, reason=reason)
        self._failures.append(failure)
        self._watcher.failed(failure)


def _ends_all(error: sarvam_pooled.SarvamError) -> bool:
    if isinstance(error, sarvam_pooled.RequestRefused):
        return error.status in _REFUSED
    if isinstance(error, sarvam_pooled.ProviderFailed):
        return error.status in _BUSY
    return isinstance(error, sarvam_pooled.ConnectFailed | sarvam_pooled.Closed)


def _now() -> float:
    return asyncio.get_running_loop().time()
