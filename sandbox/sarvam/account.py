"""The account of the stand-in: its ledger, and the settings in force."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.conditions import Conditions
from sandbox.tts import Ledger

from .options import SarvamOptions


class Account(Ledger):
    """What all connections of the stand-in share."""

    def __init__(self, conditions: Conditions, stats: Counter[str], options: SarvamOptions) -> None:
        super().__init__(conditions, stats)
        # May change at any time: read it where it is needed.
        self.options = options

    @property
    def is_full(self) -> bool:
        """Whether one more socket would be one too many."""
        limit = self.options.concurrency_limit
        return limit is not None and self.open_connections >= limit

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        return super().describe() | {"options": self.options.describe()}
