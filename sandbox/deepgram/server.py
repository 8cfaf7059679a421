"""The stand-in for Deepgram: its route, and which clients it accepts."""

from __future__ import annotations

import json
import uuid

from aiohttp import hdrs, web

from sandbox.conditions import Latency
from sandbox.slow_socket import accept
from sandbox.standin import StandIn

from . import messages
from .account import Account, DeepgramOptions
from .query import QueryError, read_query
from .session import Session

_SCHEMES = ("token ", "bearer ")
# A browser cannot set headers on a WebSocket: scheme and key come as subprotocols (documented).
_PROTOCOLS = frozenset({"token", "bearer"})


class DeepgramStandIn(StandIn):
    """Deepgram's live speech to text, `/v1/listen`, for English or for the texts of a script.

    `first_byte` is the time from the cause of a message (a pause that is long enough, say) to the
    message; with the shortest pause and the network a final result comes about 0.34 s after the
    last sound, within the 0.35 s that is published for Deepgram (P99, by pipecat). A fault strikes
    one utterance; `refuse`, `quota` and `mute` strike a connection.
    """

    name = "deepgram"
    default_latency = Latency(first_byte=0.08, per_character=0, real_time_factor=0.02)
    account_type = Account
    options_type = DeepgramOptions

    account: Account

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoint."""
        router.add_get("/v1/listen", self._live)

    def app(self) -> web.Application:
        """As `StandIn.app`; loads the recogniser before the first client connects."""
        app = super().app()

        async def warm_up(_: web.Application) -> None:
            if not self.account.is_scripted:
                self.account.process.warm_up()

        app.on_startup.append(warm_up)
        return app

    async def aclose(self) -> None:
        """Stop the recogniser."""
        await self.account.process.aclose()

    async def _live(self, request: web.Request) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        request_id = str(uuid.uuid4())
        if (turned_away := self._turn_away(request, request_id)) is not None:
            return turned_away
        try:
            query = read_query(request.query.items())
        except QueryError as error:
            return self._refuse(400, "Bad Request", str(error), request_id)
        protocols, headers = _offered_protocols(request)[:1], {"dg-request-id": request_id}
        socket = await accept(request, self.account, protocols=protocols, headers=headers)
        self.stats["connects"] += 1
        await Session(socket, self.account, query, request_id=request_id).run()
        return socket.response

    def _turn_away(self, request: web.Request, request_id: str) -> web.Response | None:
        if not self.account.options.admits(_key(request)):
            return self._refuse(401, "INVALID_AUTH", "Invalid credentials.", request_id)
        fault = self.account.draw_fault("refuse", "quota")
        if fault is None:
            return None
        if fault.kind == "quota":
            message = "Too many requests. Please try again later"
            return self._refuse(429, "TOO_MANY_REQUESTS", message, request_id)
        return self._refuse(fault.code, "UNAVAILABLE", "Simulated refusal", request_id)

    def _refuse(self, status: int, code: str, message: str, request_id: str) -> web.Response:
        self.stats[f"errors_{status}"] += 1
        body = messages.refusal(code, message, request_id=request_id)
        # The header repeats the body, which some clients cannot read on a handshake.
        headers = {"dg-request-id": request_id, "dg-error": json.dumps(body)}
        return web.json_response(body, status=status, headers=headers)


def _offered_protocols(request: web.Request) -> list[str]:
    header = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
    return [part.strip() for part in header.split(",") if part.strip()]


def _key(request: web.Request) -> str:
    """The key of a request; empty if it has none."""
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    for scheme in _SCHEMES:
        if header.lower().startswith(scheme):
            return header[len(scheme) :].strip()
    offered = _offered_protocols(request)
    if len(offered) > 1 and offered[0].lower() in _PROTOCOLS:
        return offered[1]
    return ""
