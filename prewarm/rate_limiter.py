"""How fast a build may ask. Pure: the clock is passed in."""

from __future__ import annotations


class RateLimiter:
    """Spreads requests evenly over time, and holds all of them back when one was refused.

    Args:
        per_minute: Requests that may begin in a minute; 0 is no limit.

    Raises:
        ValueError: A negative rate.
    """

    def __init__(self, per_minute: float) -> None:
        if per_minute < 0:
            raise ValueError(f"per_minute must be at least 0, not {per_minute:g}")
        self._interval = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next request may begin; its place is taken with that."""
        at = max(now, self._next)
        self._next = at + self._interval
        return at - now

    def hold(self, now: float, seconds: float) -> None:
        """No request begins for so long from now."""
        self._next = max(self._next, now + seconds)
