"""Speaks phrases ahead of all calls, into the store.

What is in the store stays there whatever ends a build, so the next one goes on from there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

from livekit.plugins import sarvam_pooled

from .rate_limiter import RateLimiter
from .required_phrases import Wanted

PER_MINUTE: Final = 30.0
"""Requests a minute; all phrases of all languages take nine minutes. Sarvam's first plan allows 30
at once (documented); what it allows in a minute depends on the plan."""

PATIENCE: Final = (5.0, 15.0, 45.0)
"""Seconds to wait, each time that the provider is busy after the plugin's own retries."""

_AT_ONCE: Final = 4
# A language that is refused so often in a row is not one of this voice's, or of this account's.
_HOPELESS: Final = 3
_BUSY: Final = frozenset({429, 503})
# No key, no money, no right: the next phrase would fare no better.
_REFUSED: Final = frozenset({401, 402, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A phrase that could not be made, and why; the reason holds no key."""

    phrase: Wanted
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What became of a build.

    Attributes:
        made: Phrases that are in the store now and were not before.
        failures: Those that were tried in vain.
        untried: Those that were given up with them.
    """

    made: int
    failures: tuple[Failure, ...]
    untried: int


class Watcher(Protocol):
    """Is told how a build goes on."""

    def made(self, phrase: Wanted) -> None:
        """It is in the store."""

    def failed(self, failure: Failure) -> None:
        """It is not, and will not be tried again."""

    def waits(self, seconds: float, reason: str) -> None:
        """The provider is busy: nothing is asked of it for so long."""


async def build(
    voice: sarvam_pooled.TTS,
    store: sarvam_pooled.PhraseStore,
    phrases: Iterable[Wanted],
    *,
    watcher: Watcher,
    per_minute: float = PER_MINUTE,
    patience: Sequence[float] = PATIENCE,
) -> Built:
    """Speak `phrases` and keep them; those of a language must follow each other.

    Cancelled, it leaves what is done. The voice is left in the last language.

    Args:
        phrases: What is to be made; see `missing`.
        per_minute: Requests that may begin in a minute; 0 is no limit.
        patience: Waits while the provider is busy, seconds.

    Raises:
        ValueError: A negative rate.
    """
    work = _Build(voice, store, watcher, RateLimiter(per_minute), patience)
    for language, group in groupby(phrases, key=lambda phrase: phrase.language):
        await work.speak_all(language, deque(group))
    return work.built()


class _Build:
    def __init__(
        self,
        voice: sarvam_pooled.TTS,
        store: sarvam_pooled.PhraseStore,
        watcher: Watcher,
        pace: RateLimiter,
        patience: Sequence[float],
    ) -> None:
        self._voice = voice
        self._store = store
        self._watcher = watcher
        self._pace = pace
        # One waits at a time, so that all the others hear of a refusal in between.
        self._turn = asyncio.Lock()
        self._patience = patience
        self._made = 0
        self._failures: list[Failure] = []
        self._untried = 0
        self._in_a_row = 0
        self._is_over = False

    def built(self) -> Built:
        return Built(made=self._made, failures=tuple(self._failures), untried=self._untried)

    async def speak_all(self, language: str, left: deque[Wanted]) -> None:
        """Speak what is `left` of one language, a few at once."""
        if not self._is_over:
            self._in_a_row = 0
            self._voice.update_options(target_language_code=language)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_AT_ONCE, len(left))):
                    group.create_task(self._speak(left))
        self._untried += len(left)

    async def _speak(self, left: deque[Wanted]) -> None:
        while (phrase := await self._next(left)) is not None:
            await self._make(phrase)

    async def _next(self, left: deque[Wanted]) -> Wanted | None:
        async with self._turn:
            if not self._goes_on(left):
                return None
            await self._pause()
            # What waits for its turn when all is over was not tried.
            return left.popleft() if self._goes_on(left) else None

    def _goes_on(self, left: deque[Wanted]) -> bool:
        return bool(left) and not self._is_over and self._in_a_row < _HOPELESS

    async def _pause(self) -> None:
        await asyncio.sleep(self._pace.wait(_now()))

    async def _make(self, phrase: Wanted) -> None:
        try:
            rendering = await self._render(phrase.text)
        except sarvam_pooled.SarvamError as error:
            # A text that nobody can speak says nothing about the next.
            self._in_a_row += not isinstance(error, sarvam_pooled.UnspeakableText)
            self._is_over |= _ends_all(error)
            self._fail(phrase, str(error))
            return
        if not await asyncio.to_thread(self._store.put, rendering):
            self._is_over = True
            self._fail(phrase, f"{self._store.folder} takes no more: is the disk full?")
            return
        self._in_a_row = 0
        self._made += 1
        self._watcher.made(phrase)

    async def _render(self, text: str) -> sarvam_pooled.Phrase:
        for pause in self._patience:
            try:
                return await self._voice.engine.render(text)
            except sarvam_pooled.ProviderFailed as error:
                if error.status not in _BUSY:
                    raise
                self._watcher.waits(pause, str(error))
            self._pace.hold(_now(), pause)
            async with self._turn:
                await self._pause()
        return await self._voice.engine.render(text)

    def _fail(self, phrase: Wanted, reason: str) -> None:
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
