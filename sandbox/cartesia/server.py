"""The stand-in for Cartesia: its routes, who is let in, and `/_control` and `/_stats`."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, ClassVar

from aiohttp import web

from sandbox.conditions import Fault, Latency
from sandbox.standin import ControlRequest, StandIn
from sandbox.tts.slow_socket import SlowSocket

from .account import Account
from .options import CartesiaOptions
from .problems import TOO_MANY, UNAUTHORIZED, Problem, unavailable
from .rest import answer_bytes, refuse
from .session import Session

# The version whose errors a client gets that names none.
_LATEST_VERSION = "2026-08-14"
_CLOSE_TIMEOUT = 1.0


class CartesiaStandIn(StandIn):
    """Cartesia's text to speech: WebSocket with contexts, and the bytes endpoint.

    Delays beside the network's: 90 ms before the first audio of a short text, so that about
    130 ms pass for a client with 40 ms of round trip (a public measurement has 188 ms at the
    median, network included), then ten times real time. A fault strikes one synthesis, that is
    one piece of a context's text; `refuse` and `mute` strike a connection, `no_end` one `done`.
    """

    name = "cartesia"
    default_latency = Latency(first_byte=0.09, per_character=0.0004, real_time_factor=0.1)
    cancel_on_disconnect: ClassVar[bool] = True

    def __init__(
        self,
        *,
        latency: Latency | None = None,
        faults: tuple[Fault, ...] = (),
        seed: int = 0,
        options: CartesiaOptions | None = None,
    ) -> None:
        super().__init__(latency=latency, faults=faults, seed=seed)
        self.account = Account(self.conditions, self.stats, options or CartesiaOptions())

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoints."""
        router.add_get("/tts/websocket", self._websocket)
        router.add_post("/tts/bytes", self._bytes)

    def set_options(self, options: dict[str, Any]) -> None:
        """Change some fields of `CartesiaOptions`; pydantic's error if they do not fit."""
        self.account.options = self.account.options.updated(options)

    def control(self, request: ControlRequest) -> None:
        """Apply a `/_control` request; `reset_stats` also forgets what was synthesised."""
        super().control(request)
        if request.reset_stats:
            self.account.reset()

    def describe(self) -> dict[str, Any]:
        """What `/_stats` answers."""
        return super().describe() | self.account.describe()

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        await self.arrive(request)
        version = _version(request)
        problem = self._turn_away(request)
        if problem is not None:
            return await refuse(self.account, problem, version=version)
        # Counted from here on, so that sockets opened together keep to the limit.
        self.account.open()
        try:
            return await self._serve(request, version)
        finally:
            self.account.close()

    async def _serve(self, request: web.Request, version: str) -> web.StreamResponse:
        await asyncio.sleep(self.conditions.half_trip())
        socket = web.WebSocketResponse(timeout=_CLOSE_TIMEOUT, autoping=False, compress=False)
        socket.headers["X-Request-Id"] = str(uuid.uuid4())
        await socket.prepare(request)
        slow = SlowSocket(socket, request.transport, self.conditions)
        if self.account.draw_fault("mute") is not None:
            slow.fall_silent(deaf=True)
        await Session(slow, self.account, version=version).run()
        return socket

    def _turn_away(self, request: web.Request) -> Problem | None:
        if not self.account.options.admits(_key(request)):
            return UNAUTHORIZED
        if self.account.has_all_sockets:
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
    """The key, from wherever this client puts it; a browser has only the URL."""
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
