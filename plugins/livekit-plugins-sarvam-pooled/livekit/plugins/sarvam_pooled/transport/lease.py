"""A borrowed connection, and the pool's counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .connection import Connection


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """Present counts, and totals since the pool was made."""

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
    """Leased connections that were discarded: barge-ins and failed Attempts."""


class Lease:
    """A borrowed connection. Either `release` or `discard` ends the lease; both return at once.

    Args:
        end: Takes the connection back; the argument says whether it may be leased again.
        waited: Seconds from the request to the lease.
        reused: Whether the connection was open before the request.
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
        """Return the connection, which has no outstanding response."""
        self._end(reusable=True)

    def discard(self) -> None:
        """Have the connection closed in the background; its remaining audio is never played."""
        self._end(reusable=False)

    def _end(self, *, reusable: bool) -> None:
        if not self._ended:
            self._ended = True
            self._take_back(reusable)
