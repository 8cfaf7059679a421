"""The sandbox's stand-ins, offered to the page.

GET  /api/stand-ins             provider -> what `StandIns.read` gives, or `{"error": text}`
POST /api/stand-ins/{provider}  a `Change`; answers like one of the above, errors with their status
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import ValidationError

from .stand_ins import Change, StandInError, StandIns

_FRESH = {"Cache-Control": "no-store"}


def add_routes(app: web.Application, addresses: Mapping[str, str]) -> None:
    """Offer the stand-ins at `addresses`, provider -> host:port."""
    key = web.AppKey("stand_ins", StandIns)

    async def hold_session(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            app[key] = StandIns(session, addresses)
            yield

    async def read(_: web.Request) -> web.Response:
        stand_ins = app[key]
        states = await asyncio.gather(*(_state(stand_ins, name) for name in addresses))
        return web.json_response(dict(zip(addresses, states, strict=True)), headers=_FRESH)

    async def change(request: web.Request) -> web.Response:
        provider = request.match_info["provider"]
        if provider not in addresses:
            raise web.HTTPNotFound(text=f"{provider} has no stand-in here.")
        try:
            wanted = Change.model_validate_json(await request.read())
            return web.json_response(await app[key].change(provider, wanted), headers=_FRESH)
        except ValidationError as error:
            return _problem(400, f"{error.error_count()} of the values do not fit.")
        except StandInError as error:
            return _problem(400 if error.refused else 502, str(error))

    app.cleanup_ctx.append(hold_session)
    app.router.add_get("/api/stand-ins", read)
    app.router.add_post("/api/stand-ins/{provider}", change)


async def _state(stand_ins: StandIns, provider: str) -> dict[str, Any]:
    try:
        return await stand_ins.read(provider)
    except StandInError as error:
        return {"error": str(error)}


def _problem(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=_FRESH)
