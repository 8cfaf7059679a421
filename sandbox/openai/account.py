"""The account of the stand-in for OpenAI: its options, and a log of what was asked and written."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Self

from pydantic import Field

from sandbox.account import Account as BaseAccount
from sandbox.account import Options

from .chunks import FinishReason
from .errors import QuotaCode

Ending = FinishReason | Literal["open", "cancelled", "broken"]
"""How a reply ended: the service's reason; not yet; the client left; a fault broke it."""


class OpenAIOptions(Options):
    """How the service behaves where it depends on the model and the plan."""

    characters_per_second: float = Field(250.0, gt=0, le=1_000_000)
    """Pace of a reply after its first piece; 250 is a piece of 4 characters every 16 ms, about
    the pace of small fast models (inferred)."""
    quota_code: QuotaCode = "rate_limit_exceeded"
    """Which 429 the `quota` fault sends: one that passes, or one that does not."""
    replies: tuple[str, ...] = ()
    """Texts that replace the receptionist's next replies, in order; tools are not called for
    them. For tests of what follows the model."""

    def next_reply(self) -> tuple[str | None, Self]:
        """The next of `replies`, if there is one, and the options without it."""
        if not self.replies:
            return None, self
        return self.replies[0], self.model_copy(update={"replies": self.replies[1:]})


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request for a reply, and how far the reply came."""

    id: str
    prompt: str
    """The last user message."""
    reply: str
    """The whole text, whether or not all of it was sent."""
    tool_calls: tuple[str, ...]
    """Names of the tools called."""
    streamed: bool
    at: float = field(default_factory=time.time)
    """Unix time in seconds."""
    ending: Ending = "open"
    sent_characters: int = 0
    """Characters of the reply and of the calls' arguments that were sent."""


class Account(BaseAccount[OpenAIOptions, Exchange]):
    """The account that all keys of one stand-in belong to."""

    log_name = "exchanges"


@contextmanager
def watched(exchange: Exchange, stats: Counter[str]) -> Iterator[None]:
    """Record and count a client that leaves before the reply has ended."""
    try:
        yield
    except (asyncio.CancelledError, ConnectionResetError):
        if exchange.ending == "open":
            exchange.ending = "cancelled"
            stats["cancelled"] += 1
        raise
