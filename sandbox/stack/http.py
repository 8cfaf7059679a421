"""Asks a part that is starting whether it is there yet."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp


async def answers(session: aiohttp.ClientSession, url: str) -> bool:
    """Whether a GET of `url` is answered now: with success, or by asking for a password."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=2.0)) as response:
            return response.ok or response.status == HTTPStatus.UNAUTHORIZED
    except (TimeoutError, aiohttp.ClientError, OSError):
        return False
