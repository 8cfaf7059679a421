"""Tells the stand-ins of a running stack how to behave from now on."""

from __future__ import annotations

from typing import Any

import aiohttp

from sandbox.stack.stack import Stack


async def tell(running: Stack, provider: str, change: dict[str, Any]) -> None:
    """Change a stand-in: `faults`, `options`, as its `POST /_control` takes them.

    Raises:
        aiohttp.ClientResponseError: It does not take them.
    """
    address = f"http://{running.stand_ins[provider]}/_control"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json=change) as answer,
    ):
        answer.raise_for_status()
