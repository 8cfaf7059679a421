"""Sends the events of a stream when they are due.

Each event has an absolute deadline, so small delays do not add up: after a late timer, all events
that are due are sent together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from .chunks import Event


@dataclass(frozen=True, slots=True)
class Pace:
    """When a reply's characters are due, in seconds of the loop's clock."""

    start: float
    """When the first piece is sent."""
    per_character: float

    def due(self, event: Event) -> float:
        """When `event` is sent."""
        return self.start + event.before * self.per_character


async def send_events(
    events: Sequence[Event],
    pace: Pace,
    write: Callable[[bytes], Awaitable[None]],
    sent: Callable[[Event], None],
) -> None:
    """Write all `events` in order, none before it is due; call `sent` with each."""
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
    """Wait until a time of the loop's clock, if it is not past; return the time afterwards."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, due - loop.time()))
    return loop.time()
