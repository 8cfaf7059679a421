"""Paid once for each call, while the room connects: the first connection to each provider.

Every `prewarm` returns at once and works in the background, so a provider that is slow or down
delays nothing; it is heard of when it is first needed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

logger = logging.getLogger(__name__)


def warm(parts: Iterable[object]) -> None:
    """Begin to connect all of `parts` that can. Needs a running loop."""
    for part in parts:
        prewarm = getattr(part, "prewarm", None)
        if prewarm is None:
            continue
        try:
            prewarm()
        except Exception:
            # A call without a warm connection is slower, not lost.
            logger.warning("cannot warm a connection", extra={"part": type(part).__name__})
