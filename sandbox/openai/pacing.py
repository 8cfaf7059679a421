"""Sends the events of a stream when they are due.

Each event has an absolute deadline, so that small waits do not add up to a drift: an event that is
late because the timer was late leaves together with those that have come due meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from .chunks import Event


@dataclass(frozen=True, slots=True)
class Pace:
    """When a reply's characters are due. Times are of the loop's clock, in seconds."""

    start: float
    """When the first piece leaves."""
    per_character: float

    def due(self, event: Event) -> float:
        """When `event` leaves."""
        return self.start + event.before * self.per_character


async def send_events(
    events: Sequence[Event],
    pace: Pace,
    write: Callable[[bytes], Awaitable[None]],
    sent: Callable[[Event], None],
) -> None:
    """Write all `events` in their order, none before it is due; `sent` is told of each."""
    at = 0
    while at < len(events):
        now = await sleep_until(pace.due(events[at]))
        end = at + 1
        while end < len(events) and pace.due(events[end]) <= now:
            end += 1
        await write(b"".join(event.data for event in events[at:end]))
        for event in events[at:end]:
            sent(event)
        at = end


async def sleep_until(due: float) -> float:
    """Wait for a time of the loop's clock; returns the time then. A time past does not wait."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, due - loop.time()))
    return loop.time()
