"""What comes back for one text until it is fetched: Events in order, a limit on their bytes."""

from __future__ import annotations

import asyncio
from typing import Final

from . import wire

# Bytes of audio that wait in an answer before no more is read: 5 s of linear16 at 24 kHz. The last
# message may be over it by its own length.
_FULL: Final = 256 * 1024
_EVENT: Final = 512
"""Bytes that an Event takes besides its audio, as Python objects."""


class Answer:
    """What comes back for one flush: Audio events, then Complete; or an error at any time."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[wire.Event] = asyncio.Queue()
        # Bytes of Audio events that were not fetched, and whoever waits until they are few.
        self._waiting = 0
        self._has_room: asyncio.Future[None] | None = None
        # Whether audio came.
        self.heard = False

    @property
    def is_full(self) -> bool:
        """Whether no more should be read before some was fetched."""
        return self._waiting > _FULL

    def put(self, event: wire.Event) -> None:
        """Add an Event; never waits, see `room`."""
        if isinstance(event, wire.Audio):
            self.heard = True
            self._waiting += _EVENT + len(event.data)
        self._events.put_nowait(event)

    async def room(self) -> None:
        """Wait until the answer is not full."""
        while self.is_full:
            self._has_room = asyncio.get_running_loop().create_future()
            await self._has_room

    async def next(self) -> wire.Audio | wire.Complete:
        """The next Event of this answer.

        Raises:
            SarvamError: The connection failed, or Sarvam sent an error.
        """
        while True:
            event = await self._events.get()
            match event:
                case wire.Audio():
                    self._fetched(_EVENT + len(event.data))
                    return event
                case wire.Complete():
                    return event
                case wire.Failure(error):
                    raise error
                case wire.Ignored():
                    continue

    def _fetched(self, size: int) -> None:
        self._waiting -= size
        if self._has_room is not None and not self._has_room.done() and not self.is_full:
            self._has_room.set_result(None)
