"""The account of the stand-in for Cartesia: its options, and the contexts that are active."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sandbox.conditions import Conditions
from sandbox.tts import SpeechAccount, SpeechOptions

# Sockets for each context that may be active (documented).
_SOCKETS_PER_CONTEXT = 10


class CartesiaOptions(SpeechOptions):
    """How the service behaves where it depends on the plan."""

    concurrency_limit: int | None = Field(15, ge=1)
    """Contexts active at once, ten times as many sockets (documented: 15 on the Scale plan)."""
    idle_timeout: float = Field(300.0, gt=0, le=3600)
    """Seconds without a message from the client until the socket is closed (documented)."""
    context_expiry: float | None = Field(1.0, gt=0)
    """Seconds after its last audio until an open context is closed (documented); None: never."""

    @property
    def socket_limit(self) -> int | None:
        """Sockets that may be open at once."""
        limit = self.concurrency_limit
        return None if limit is None else _SOCKETS_PER_CONTEXT * limit


class Account(SpeechAccount[CartesiaOptions]):
    """An account that also counts active contexts."""

    def __init__(self, conditions: Conditions, options: CartesiaOptions) -> None:
        super().__init__(conditions, options)
        self._active = 0

    @property
    def has_all_contexts(self) -> bool:
        """Whether the limit of active contexts and HTTP requests is reached."""
        limit = self.options.concurrency_limit
        return limit is not None and self._active >= limit

    def begin(self) -> None:
        """Count a context or an HTTP request that becomes active."""
        self.stats["contexts"] += 1
        self._active += 1

    def end(self) -> None:
        """Count the end of one."""
        self._active -= 1

    def describe(self) -> dict[str, Any]:
        """This account's part of `/_stats`."""
        return super().describe() | {"active_contexts": self._active}
