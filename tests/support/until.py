"""Waits for what has no event of its own: a server's counters, a file, a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_EVERY = 0.002


async def until(condition: Callable[[], object], *, within: float = 20.0) -> None:
    """Return as soon as `condition` is true.

    Raises:
        TimeoutError: It has not become true within so many seconds.
    """
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (see the module)
            await asyncio.sleep(_EVERY)
