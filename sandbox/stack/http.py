"""Asks a part that is starting whether it is there yet."""

from __future__ import annotations

import aiohttp


async def answers(session: aiohttp.ClientSession, url: str) -> bool:
    """Whether a GET of `url` is answered with success now."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=2.0)) as response:
            return response.ok
    except (TimeoutError, aiohttp.ClientError, OSError):
        return False
