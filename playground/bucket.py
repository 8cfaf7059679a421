"""Limits how often something may happen. Pure."""

from __future__ import annotations

_MINUTE = 60.0


class TokenBucket:
    """`per_minute` events a minute, and at most as many at once. `now`: monotonic seconds."""

    def __init__(self, per_minute: int, *, now: float) -> None:
        self._size = float(per_minute)
        self._held = self._size
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until the next event may happen; 0 if it may happen now."""
        self._fill(now)
        return max(0.0, 1.0 - self._held) * _MINUTE / self._size

    def take(self, now: float) -> float:
        """Count an event now, unless it has to wait. Returns the seconds to wait, or 0."""
        wait = self.wait(now)
        if not wait:
            self._held -= 1.0
        return wait

    def _fill(self, now: float) -> None:
        gained = max(0.0, now - self._at) * self._size / _MINUTE
        self._held = min(self._size, self._held + gained)
        self._at = now
