"""The stand-in for Cartesia: its routes, and which clients it accepts."""

from __future__ import annotations

import uuid

from aiohttp import web

from sandbox.conditions import Latency
from sandbox.slow_socket import accept
from sandbox.standin import StandIn

from .account import Account, CartesiaOptions
from .problems import TOO_MANY, UNAUTHORIZED, Problem, unavailable
from .rest import answer_bytes, refuse
from .session import Session

# The API version of clients that name none.
_LATEST_VERSION = "2026-08-14"


class CartesiaStandIn(StandIn):
    """Cartesia's text to speech: WebSocket with contexts, and the bytes endpoint.

    Delays beside the network's: 90 ms before the first audio of a short text, so that about
    130 ms pass for a client with 40 ms of round trip (a public measurement has 188 ms at the
    median, network included), then ten times real time. A fault strikes one synthesis, that is
    one piece of a context's text; `refuse` and `mute` strike a connection, `no_end` one `done`.
    """

    name = "cartesia"
    default_latency = Latency(first_byte=0.09, per_character=0.0004, real_time_factor=0.1)
    account_type = Account
    options_type = CartesiaOptions

    account: Account

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoints."""
        router.add_get("/tts/websocket", self._websocket)
        router.add_post("/tts/bytes", self._bytes)

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        await self.arrive(request)
        version = _version(request)
        problem = self._turn_away(request)
        if problem is not None:
            return await refuse(self.account, problem, version=version)
        # Counted before the handshake, so that sockets opened together keep to the limit.
        self.account.open()
        try:
            headers = {"X-Request-Id": str(uuid.uuid4())}
            socket = await accept(request, self.account, headers=headers)
            await Session(socket, self.account, version=version).run()
            return socket.response
        finally:
            self.account.close()

    def _turn_away(self, request: web.Request) -> Problem | None:
        if not self.account.options.admits(_key(request)):
            return UNAUTHORIZED
        if self.account.is_full:
            return TOO_MANY
        fault = self.account.draw_fault("refuse")
        return None if fault is None else unavailable(fault.code)

    async def _bytes(self, request: web.Request) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        version = _version(request)
        if not self.account.options.admits(_key(request)):
            return await refuse(self.account, UNAUTHORIZED, version=version)
        return await answer_bytes(request, self.account, version=version)


def _key(request: web.Request) -> str:
    """The key, wherever the client puts it; a browser has only the URL."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return (
        request.headers.get("X-API-Key")
        or bearer
        or request.query.get("api_key")
        or request.query.get("access_token", "")
    )


def _version(request: web.Request) -> str:
    """The version of the API; the URL takes precedence over the header (documented)."""
    named = request.query.get("cartesia_version") or request.headers.get("Cartesia-Version")
    return named or _LATEST_VERSION
