"""The log of what was asked and what was written, by which a demo checks what was spoken."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from .chunks import FinishReason

Ending = FinishReason | Literal["open", "cancelled", "broken"]
"""How a reply ended: as the service says, not yet, by the client's leaving, or by a fault."""
_LENGTH = 500
"""Exchanges that are kept; older ones are forgotten."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request for a reply, and how far the reply came."""

    id: str
    prompt: str
    """The last user message."""
    reply: str
    """All that was to be said, whether or not all of it was sent."""
    tool_calls: tuple[str, ...]
    """Names of the tools called."""
    streamed: bool
    at: float = field(default_factory=time.time)
    """Unix time in seconds."""
    ending: Ending = "open"
    sent_characters: int = 0
    """Characters of the reply and of the calls' arguments that were sent."""


class Exchanges:
    """The last exchanges."""

    def __init__(self) -> None:
        self._log: deque[Exchange] = deque(maxlen=_LENGTH)

    def add(self, exchange: Exchange) -> Exchange:
        """Keep one, oldest first; it may change until it ends."""
        self._log.append(exchange)
        return exchange

    def clear(self) -> None:
        """Forget all."""
        self._log.clear()

    def describe(self) -> list[dict[str, Any]]:
        """For `/_stats`."""
        return [asdict(exchange) for exchange in self._log]


@contextmanager
def watched(exchange: Exchange, stats: Counter[str]) -> Iterator[None]:
    """Note and count a client that goes away before the reply has ended."""
    try:
        yield
    except (asyncio.CancelledError, ConnectionResetError):
        if exchange.ending == "open":
            exchange.ending = "cancelled"
            stats["cancelled"] += 1
        raise
