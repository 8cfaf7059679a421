"""Queues the Events of the response to one text, in order, until they are fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from . import wire


class ResponseStream:
    """The response to one flush: Audio Events, then Complete; or an error at any time.

    Args:
        on_fetched: Called with each Audio Event that is fetched.
    """

    def __init__(self, on_fetched: Callable[[wire.Audio], None] | None = None) -> None:
        self._events: asyncio.Queue[wire.Audio | wire.Complete | wire.Failure] = asyncio.Queue()
        self._on_fetched = on_fetched

    def put(self, event: wire.Audio | wire.Complete | wire.Failure) -> None:
        """Add an Event without waiting."""
        self._events.put_nowait(event)

    async def next(self) -> wire.Audio | wire.Complete:
        """The next Event of this response.

        Raises:
            SarvamError: The connection failed, or Sarvam sent an error.
        """
        event = await self._events.get()
        if isinstance(event, wire.Failure):
            raise event.error
        if isinstance(event, wire.Audio) and self._on_fetched is not None:
            self._on_fetched(event)
        return event
