"""One direction of a simulated network: every item arrives late, all arrive in order."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

Item = TypeVar("Item")


class DelayLine(Generic[Item]):
    """A queue whose items are each under way for a time of their own.

    A later item never overtakes an earlier one, and the waits overlap as they do on a wire: two
    items sent together arrive together.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[float, Item]] = asyncio.Queue()

    def put(self, item: Item, delay: float) -> None:
        """Send `item`; it is under way for `delay` seconds."""
        self._queue.put_nowait((asyncio.get_running_loop().time() + delay, item))

    async def get(self) -> Item:
        """The next item, once it has arrived. For one reader at a time."""
        due, item = await self._queue.get()
        wait = due - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)
        return item
