"""The faults of this service, and how they break a response that is no stream."""

from __future__ import annotations

import asyncio

from aiohttp import web

from sandbox.conditions import Fault, FaultKind

FAULTS: tuple[FaultKind, ...] = (
    "refuse", "mute", "drop", "stall", "error", "close", "no_end", "slow", "garbage", "quota",
)  # fmt: skip
"""The faults that may strike a request: all of them."""
_BREAKING = frozenset({"drop", "close", "stall", "no_end", "garbage"})


def breaks(fault: Fault | None) -> bool:
    """Whether this fault breaks a response."""
    return fault is not None and fault.kind in _BREAKING


async def mute(fault: Fault | None) -> None:
    """Never return under a `mute` fault: the client has to give up."""
    if fault is not None and fault.kind == "mute":
        await asyncio.Event().wait()


async def broken(
    request: web.Request, headers: dict[str, str], fault: Fault | None
) -> web.StreamResponse:
    """A response in one piece, broken by `fault`."""
    if fault is not None and fault.kind in ("stall", "no_end"):
        await asyncio.Event().wait()
    if fault is not None and fault.kind == "garbage":
        body = b"\xde\xad" * 16
        return web.Response(body=body, content_type="application/json", headers=headers)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
