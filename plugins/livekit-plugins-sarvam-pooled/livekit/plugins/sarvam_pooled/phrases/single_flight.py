"""One synthesis of a phrase at a time, however many streams want it.

    with flights.claim(key) as claim:
        phrase = await claim.wait(2.0)
        if phrase is None:
            phrase = ...  # make it; when that fails, leave: the next one in line makes it
            claim.complete(phrase)

The first to claim a key makes the phrase; the others wait in line. If the maker leaves without a
phrase, as it failed or was cancelled, the first in line becomes the maker. Who has waited for long
enough makes the phrase itself; whichever is complete first answers all that still wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from .key import PhraseKey
from .phrase import Phrase


class _Flight:
    """One phrase in the making: who makes it, and who waits."""

    def __init__(self, maker: Claim) -> None:
        self.maker = maker
        self.line: deque[Claim] = deque()


class SingleFlight:
    """All phrases in the making.

    Args:
        find: The phrase if it is at hand by now.
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
        self._find = find
        self._on_complete = on_complete
        self._on_shared = on_shared
        self._flights: dict[PhraseKey, _Flight] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def claim(self, key: PhraseKey) -> Claim:
        """A claim on `key`, to be used as a context manager."""
        claim = Claim(self, key)
        flight = self._flights.get(key)
        if flight is None:
            if (found := self._find(key)) is not None:
                # It was completed since the caller looked.
                claim.answer(found)
                return claim
            flight = self._flights[key] = _Flight(claim)
        else:
            flight.line.append(claim)
        claim.flight = flight
        return claim

    def complete(self, claim: Claim, phrase: Phrase) -> None:
        """The phrase is made: answer all who wait for it."""
        self._on_complete(phrase)
        if (flight := claim.flight) is None:
            return
        if self._flights.get(claim.key) is flight:
            del self._flights[claim.key]
        while flight.line:
            flight.line.popleft().answer(phrase)

    def leave(self, claim: Claim) -> None:
        """Out of the line; or, for the maker, the next one in line makes it."""
        flight = claim.flight
        if flight is None or self._flights.get(claim.key) is not flight:
            return
        if flight.maker is not claim:
            if claim in flight.line:
                flight.line.remove(claim)
        elif flight.line:
            flight.maker = flight.line.popleft()
            flight.maker.answer(None)
        else:
            del self._flights[claim.key]

    def shared(self, phrase: Phrase) -> None:
        """A claim got `phrase` without making it."""
        self._on_shared(phrase)


class Claim:
    """One stream's wish for a phrase."""

    def __init__(self, flights: SingleFlight, key: PhraseKey) -> None:
        self.key = key
        # None when there was nothing to wait for.
        self.flight: _Flight | None = None
        self._flights = flights
        self._phrase: Phrase | None = None
        self._answered = asyncio.Event()

    @property
    def is_maker(self) -> bool:
        """Whether the others wait for this one."""
        return self.flight is not None and self.flight.maker is self

    async def wait(self, time_limit: float) -> Phrase | None:
        """The phrase that somebody else made, within `time_limit` seconds; None if this stream has
        to make it."""
        if self.is_maker:
            return None
        try:
            async with asyncio.timeout(time_limit):
                await self._answered.wait()
        except TimeoutError:
            self._flights.leave(self)
        if self._phrase is not None:
            self._flights.shared(self._phrase)
        return self._phrase

    def complete(self, phrase: Phrase) -> None:
        """The phrase was made, whole: keep it, and answer all who wait.

        Raises:
            ValueError: It is another phrase than the one that was claimed.
        """
        if phrase.key != self.key:
            raise ValueError("this is not the phrase that was claimed")
        self._flights.complete(self, phrase)

    def answer(self, phrase: Phrase | None) -> None:
        """End the waiting: with the phrase, or with the turn to make it."""
        self._phrase = phrase
        self._answered.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._flights.leave(self)
