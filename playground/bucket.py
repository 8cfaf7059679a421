"""How often something may happen. Pure."""

from __future__ import annotations

_MINUTE = 60.0


class TokenBucket:
    """So many in a minute, and as many at once at most. `now`: seconds of a monotonic clock."""

    def __init__(self, per_minute: int, *, now: float) -> None:
        self._size = float(per_minute)
        self._held = self._size
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until the next may happen; 0 if it may now."""
        self._fill(now)
        return max(0.0, 1.0 - self._held) * _MINUTE / self._size

    def take(self, now: float) -> float:
        """Count one that happens now, unless it has to wait; the seconds that it has to, or 0."""
        wait = self.wait(now)
        if not wait:
            self._held -= 1.0
        return wait

    def _fill(self, now: float) -> None:
        gained = max(0.0, now - self._at) * self._size / _MINUTE
        self._held = min(self._size, self._held + gained)
        self._at = now
