"""Opens the first connection to each provider, for each call, while the room connects."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

logger = logging.getLogger(__name__)


class Client(Protocol):
    """A client of a provider: LiveKit's STT, LLM or TTS."""

    def prewarm(self) -> None:
        """Begin to connect in the background, and return at once: a provider that is slow or down
        delays nothing, and is reported when it is first needed."""


def warm(clients: Iterable[Client]) -> None:
    """Begin to connect all `clients`. Needs a running loop."""
    for client in clients:
        try:
            client.prewarm()
        except Exception:
            # A call without a warm connection is slower, not lost.
            logger.warning("cannot warm a connection", extra={"client": type(client).__name__})
