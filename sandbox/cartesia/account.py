"""The account of the stand-in: its ledger, the settings in force, and who is let in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.conditions import Conditions
from sandbox.tts import Ledger

from .options import CartesiaOptions

# Sockets for each context that may be active (documented).
_SOCKETS_PER_CONTEXT = 10


class Account(Ledger):
    """What all connections of the stand-in share."""

    def __init__(
        self, conditions: Conditions, stats: Counter[str], options: CartesiaOptions
    ) -> None:
        super().__init__(conditions, stats)
        # May change at any time: read it where it is needed.
        self.options = options
        self._active = 0

    @property
    def has_all_contexts(self) -> bool:
        """Whether one more context or HTTP request would be one too many."""
        limit = self.options.concurrency_limit
        return limit is not None and self._active >= limit

    @property
    def has_all_sockets(self) -> bool:
        """Whether one more socket would be one too many."""
        limit = self.options.concurrency_limit
        return limit is not None and self.open_connections >= _SOCKETS_PER_CONTEXT * limit

    def begin(self) -> None:
        """A context or an HTTP request becomes active."""
        self.stats["contexts"] += 1
        self._active += 1

    def end(self) -> None:
        """It is at its end."""
        self._active -= 1

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        own = {"options": self.options.describe(), "active_contexts": self._active}
        return super().describe() | own
