"""What the pool hands out: a borrowed connection, and its counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .connection import Connection


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """Counts at one moment, and totals since the pool was made."""

    idle: int
    leased: int
    connecting: int
    waiting: int
    connects: int
    """Connections opened."""
    configs: int
    """Config messages sent, on all connections."""
    failures: int
    """Connects that failed."""
    dropped: int
    """Connections given up in use: barge-ins and failed Attempts."""


class Lease:
    """A borrowed connection. One of `release` and `discard` ends it; both return at once.

    Args:
        end: Takes the connection back; whether it may be used again.
        waited: Seconds from the request to the grant.
        reused: Whether the connection was open before it was asked for.
    """

    def __init__(
        self,
        connection: Connection,
        end: Callable[[bool], None],
        *,
        waited: float,
        reused: bool,
    ) -> None:
        self.connection = connection
        self.waited = waited
        self.reused = reused
        self._take_back = end
        self._ended = False

    def release(self) -> None:
        """Give the connection back; it must owe nothing."""
        self._end(reusable=True)

    def discard(self) -> None:
        """Drop the connection to the background, where it is closed; its audio is never heard."""
        self._end(reusable=False)

    def _end(self, *, reusable: bool) -> None:
        if not self._ended:
            self._ended = True
            self._take_back(reusable)
