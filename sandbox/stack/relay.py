"""Shows the errors that the parts log while they run, one line each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .logs import follow, serious
from .processes import Child

# The same error again and again is one piece of news; a new call may bring it back.
_REMEMBERED = 20


async def relay(children: tuple[Child, ...], show: Callable[[str], None]) -> None:
    """Show each error of any part, also those of its start. Does not end."""
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(_relay_one(child, show))


async def _relay_one(child: Child, show: Callable[[str], None]) -> None:
    recent: list[str] = []
    async for line in follow(child.log):
        message = serious(line)
        if message is None or message in recent:
            continue
        recent = [*recent, message][-_REMEMBERED:]
        show(f"{child.name}: {message}")
