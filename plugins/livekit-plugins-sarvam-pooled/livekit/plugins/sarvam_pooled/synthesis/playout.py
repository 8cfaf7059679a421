"""Estimates how much the caller has heard: audio plays in real time from the first push. Pure."""

from __future__ import annotations


class Playout:
    """Seconds of audio pushed, compared with the time that passed."""

    def __init__(self) -> None:
        # Time at which the last sample pushed so far will have been played.
        self._ends_at: float | None = None
        # Seconds pushed in all.
        self.pushed = 0.0

    def push(self, seconds: float, *, now: float) -> None:
        """Count audio that is sent to the caller."""
        # A late push plays from now on: the silence before it is not made up for.
        self._ends_at = seconds + (now if self._ends_at is None else max(now, self._ends_at))
        self.pushed += seconds

    @property
    def begun(self) -> bool:
        """Whether anything was pushed."""
        return self._ends_at is not None

    def ahead(self, now: float) -> float:
        """Seconds of unplayed audio."""
        return max(0.0, self._ends_at - now) if self._ends_at is not None else 0.0
