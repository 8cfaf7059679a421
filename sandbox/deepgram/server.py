"""The stand-in for Deepgram: its route, who is let in, and `/_control` and `/_stats`."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any, ClassVar

from aiohttp import hdrs, web

from sandbox.conditions import Fault, Latency
from sandbox.standin import ControlRequest, StandIn
from sandbox.tts.slow_socket import SlowSocket

from . import messages
from .account import Account
from .options import DeepgramOptions
from .prerecorded import UnheardError, transcribe
from .query import QueryError, read_query
from .session import Session

# The client may be gone when the server closes; do not wait long for its answer.
_CLOSE_TIMEOUT = 1.0
_SCHEMES = ("token ", "bearer ")
# A browser cannot set headers on a WebSocket: scheme and key come as subprotocols (documented).
_PROTOCOLS = frozenset({"token", "bearer"})


class DeepgramStandIn(StandIn):
    """Deepgram's speech to text: `/v1/listen`, live and recorded. It hears English, or a script.

    `first_byte` is the time from a reason to reply (a pause that is long enough, say) to the
    reply; with the shortest pause and the network a final result comes about 0.34 s after the
    last sound, within the 0.35 s that is published for Deepgram (P99, by pipecat). A fault strikes
    one utterance; `refuse`, `quota` and `mute` strike a connection.
    """

    name = "deepgram"
    default_latency = Latency(first_byte=0.08, per_character=0, real_time_factor=0.02)
    cancel_on_disconnect: ClassVar[bool] = True

    def __init__(
        self,
        *,
        latency: Latency | None = None,
        faults: tuple[Fault, ...] = (),
        seed: int = 0,
        options: DeepgramOptions | None = None,
    ) -> None:
        super().__init__(latency=latency, faults=faults, seed=seed)
        self.account = Account(self.conditions, self.stats, options or DeepgramOptions())

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoint."""
        router.add_get("/v1/listen", self._live)
        router.add_post("/v1/listen", self._recorded)

    def app(self) -> web.Application:
        """As `StandIn.app`; loads the recogniser while the first client is still on its way."""
        app = super().app()

        async def warm_up(_: web.Application) -> None:
            if not self.account.is_scripted:
                self.account.hearing.warm_up()

        app.on_startup.append(warm_up)
        return app

    def set_options(self, options: dict[str, Any]) -> None:
        """Change some fields of `DeepgramOptions`; a script begins anew if it is among them."""
        self.account.change(options)

    def control(self, request: ControlRequest) -> None:
        """Apply a `/_control` request; `reset_stats` also forgets what was transcribed."""
        super().control(request)
        if request.reset_stats:
            self.account.reset()

    def describe(self) -> dict[str, Any]:
        """What `/_stats` answers."""
        return super().describe() | self.account.describe()

    async def aclose(self) -> None:
        """Stop the recogniser."""
        await self.account.hearing.aclose()

    async def _live(self, request: web.Request) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        request_id = str(uuid.uuid4())
        offered = _offered_protocols(request)
        if (turned_away := self._turn_away(request, request_id)) is not None:
            return turned_away
        try:
            query = read_query(request.query.items())
        except QueryError as error:
            return self._refuse(400, "Bad Request", str(error), request_id)
        await asyncio.sleep(self.conditions.half_trip())
        socket = web.WebSocketResponse(
            timeout=_CLOSE_TIMEOUT, autoping=False, compress=False, protocols=offered[:1]
        )
        socket.headers["dg-request-id"] = request_id
        await socket.prepare(request)
        slow = SlowSocket(socket, request.transport, self.conditions)
        if self.account.draw_fault("mute") is not None:
            slow.fall_silent(deaf=True)
        self.stats["connects"] += 1
        await Session(slow, self.account, query, request_id=request_id).run()
        return socket

    async def _recorded(self, request: web.Request) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        request_id = str(uuid.uuid4())
        if (turned_away := self._turn_away(request, request_id)) is not None:
            return turned_away
        try:
            query = read_query(request.query.items())
            body = await transcribe(
                await request.read(), query, account=self.account, request_id=request_id
            )
        except (QueryError, UnheardError) as error:
            return self._refuse(400, "Bad Request", str(error), request_id)
        await asyncio.sleep(self.conditions.half_trip())
        return web.json_response(body, headers={"dg-request-id": request_id})

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
        # The header repeats the body, for clients that cannot read it on a handshake.
        headers = {"dg-request-id": request_id, "dg-error": json.dumps(body)}
        return web.json_response(body, status=status, headers=headers)


def _offered_protocols(request: web.Request) -> list[str]:
    header = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
    return [part.strip() for part in header.split(",") if part.strip()]


def _key(request: web.Request) -> str:
    """The key that came with a request; empty without one."""
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    for scheme in _SCHEMES:
        if header.lower().startswith(scheme):
            return header[len(scheme) :].strip()
    offered = _offered_protocols(request)
    if len(offered) > 1 and offered[0].lower() in _PROTOCOLS:
        return offered[1]
    return ""
