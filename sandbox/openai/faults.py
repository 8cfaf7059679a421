"""What faults make of answers that are no streams, and which there are."""

from __future__ import annotations

import asyncio

from aiohttp import web

from sandbox.conditions import Fault, FaultKind

FAULTS: tuple[FaultKind, ...] = (
    "refuse", "mute", "drop", "stall", "error", "close", "no_end", "slow", "garbage", "quota",
)  # fmt: skip
"""The faults that may strike; none of them belongs to another kind of connection."""
_BREAKING = frozenset({"drop", "close", "stall", "no_end", "garbage"})


def slowness(fault: Fault | None) -> float:
    """How many times slower the answer is."""
    return fault.factor if fault is not None and fault.kind == "slow" else 1.0


def breaks(fault: Fault | None) -> bool:
    """Whether an answer under this fault does not come whole."""
    return fault is not None and fault.kind in _BREAKING


async def mute(fault: Fault | None) -> None:
    """Under this fault the request is never answered; the client has to give up."""
    if fault is not None and fault.kind == "mute":
        await asyncio.Event().wait()


async def broken(
    request: web.Request, headers: dict[str, str], fault: Fault | None
) -> web.StreamResponse:
    """The answer in one piece, as a fault that breaks it leaves it."""
    if fault is not None and fault.kind in ("stall", "no_end"):
        await asyncio.Event().wait()
    if fault is not None and fault.kind == "garbage":
        body = b"\xde\xad" * 16
        return web.Response(body=body, content_type="application/json", headers=headers)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
