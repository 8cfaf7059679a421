"""When an event that was not taken is posted again. Pure."""

from __future__ import annotations

from typing import Final

FIRST_WAIT: Final = 2.0
"""Approximate seconds until the second attempt."""
MAX_WAIT: Final = 3600.0
"""Seconds between two attempts at most."""
GIVE_UP: Final = 14 * 86_400.0
"""Seconds after which an event is deleted: as long as the journal is kept."""


def next_attempt(now: float, *, created: float, jitter: float) -> float | None:
    """When to try again; None to give up. The wait is roughly the event's age, so it doubles.

    Args:
        now: Seconds of Unix time, as all times.
        created: When the event was made.
        jitter: A random number from 0 to 1: events that failed together do not return together.
    """
    age = now - created
    if age >= GIVE_UP:
        return None
    return now + min(max(age, FIRST_WAIT), MAX_WAIT) * (0.75 + jitter / 2)
