"""Single-flight: one synthesis of a phrase at a time, however many streams want it.

    with flights.claim(key) as claim:
        phrase = await claim.wait(2.0)
        if phrase is None:
            # On failure just leave the block; the next waiter then makes it.
            phrase = ...  # synthesise it
            claim.complete(phrase)

The first stream to claim a key makes the phrase, and the others wait. If it fails or is cancelled,
the stream that has waited longest becomes the maker. A stream whose time limit has passed makes the
phrase as well; the first stream to complete it answers all waiters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from .key import PhraseKey
from .phrase import Phrase


class SingleFlight:
    """All phrases that are being made.

    Args:
        find: The phrase if it is in memory.
        on_complete: Called with each phrase that was made.
        on_shared: Called with the phrase each time that a claim got it without making it.
    """

    def __init__(
        self,
        *,
        find: Callable[[PhraseKey], Phrase | None],
        on_complete: Callable[[Phrase], None],
        on_shared: Callable[[Phrase], None],
    ) -> None:
        self.find = find
        self.on_complete = on_complete
        self.on_shared = on_shared
        self.making: dict[PhraseKey, asyncio.Future[Phrase | None]] = {}
        """The result for the waiters of each phrase: the phrase, or None to make it themselves."""

    def claim(self, key: PhraseKey) -> Claim:
        """A claim on `key`, to be used as a context manager."""
        return Claim(self, key)


class Claim:
    """One stream's claim on a phrase."""

    def __init__(self, flights: SingleFlight, key: PhraseKey) -> None:
        self._flights = flights
        self._key = key
        # The result for this stream's own waiters; None while it makes nothing.
        self._owed: asyncio.Future[Phrase | None] | None = None

    async def wait(self, time_limit: float) -> Phrase | None:
        """The phrase that another stream made, within `time_limit` seconds; None if this stream
        has to make it."""
        making, phrase = self._flights.making, self._flights.find(self._key)
        with suppress(TimeoutError):
            async with asyncio.timeout(time_limit):
                while phrase is None and self._key in making:
                    # Shielded: a stream that stops waiting must not cancel it for the others.
                    phrase = await asyncio.shield(making[self._key])
        # The time limit may have ended while the phrase was on its way to this stream.
        if phrase is None:
            phrase = self._flights.find(self._key)
        if phrase is not None:
            self._flights.on_shared(phrase)
        elif self._key not in making:
            self._owed = making[self._key] = asyncio.get_running_loop().create_future()
        return phrase

    def complete(self, phrase: Phrase) -> None:
        """Keep the complete phrase, and answer all who wait for it.

        Raises:
            ValueError: It is not the phrase that was claimed.
        """
        if phrase.key != self._key:
            raise ValueError("this is not the phrase that was claimed")
        self._flights.on_complete(phrase)
        if waiting := self._flights.making.pop(self._key, None):
            waiting.set_result(phrase)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._owed is not None and self._flights.making.get(self._key) is self._owed:
            del self._flights.making[self._key]
            self._owed.set_result(None)
