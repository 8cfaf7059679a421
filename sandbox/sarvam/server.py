"""The stand-in for Sarvam: its routes, who is let in, and `/_control` and `/_stats`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from aiohttp import web

from sandbox.conditions import Fault, Latency
from sandbox.standin import ControlRequest, StandIn
from sandbox.tts.slow_socket import SlowSocket

from .account import Account
from .catalogue import DEFAULT_MODEL
from .options import SarvamOptions
from .rest import answer_stream, answer_whole, refuse
from .session import Session
from .validation import RATE_LIMIT, Refusal

_KEY_HEADER = "api-subscription-key"
# A browser cannot set headers on a WebSocket: its key comes as a subprotocol (documented).
_KEY_PROTOCOL = "api-subscription-key."
_BAD_KEY = Refusal(403, "Invalid API key")
# The client may be gone when the server closes; do not wait long for its answer.
_CLOSE_TIMEOUT = 1.0

Answer = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]


class SarvamStandIn(StandIn):
    """Sarvam's text to speech: WebSocket, REST and HTTP stream.

    Delays beside the network's: `first_byte` + `per_character` before the first audio of each
    synthesis (about 240 ms for a short sentence, within the 240-350 ms that clients report for a
    warm socket), then `real_time_factor`. A fault strikes one synthesis, that is one piece of
    text given to the model; `refuse` and `mute` strike a connection, `no_end` one `final`.
    """

    name = "sarvam"
    default_latency = Latency()
    cancel_on_disconnect: ClassVar[bool] = True

    def __init__(
        self,
        *,
        latency: Latency | None = None,
        faults: tuple[Fault, ...] = (),
        seed: int = 0,
        options: SarvamOptions | None = None,
    ) -> None:
        super().__init__(latency=latency, faults=faults, seed=seed)
        self.account = Account(self.conditions, self.stats, options or SarvamOptions())

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoints."""
        router.add_get("/text-to-speech/ws", self._websocket)
        router.add_get("/text-to-speech/ws/v2", self._websocket)
        router.add_post("/text-to-speech", self._whole)
        router.add_post("/text-to-speech/stream", self._stream)
        # A handshake on any other path is answered as one with a bad key is (reported).
        router.add_get("/text-to-speech/{path:.*}", self._forbidden)

    def set_options(self, options: dict[str, Any]) -> None:
        """Change some fields of `SarvamOptions`; pydantic's error if they do not fit."""
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
        protocols = [
            part.strip() for part in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        ]
        offered = [part for part in protocols if part.startswith(_KEY_PROTOCOL)]
        key = request.headers.get(_KEY_HEADER) or "".join(offered[:1]).removeprefix(_KEY_PROTOCOL)
        refusal = self._turn_away(key)
        if refusal is not None:
            return await refuse(self.account, refusal)
        # Counted from here on, so that sockets opened together keep to the limit.
        self.account.open()
        try:
            return await self._serve(request, offered[:1])
        finally:
            self.account.close()

    async def _serve(self, request: web.Request, protocols: list[str]) -> web.StreamResponse:
        await asyncio.sleep(self.conditions.half_trip())
        socket = web.WebSocketResponse(
            timeout=_CLOSE_TIMEOUT, autoping=False, compress=False, protocols=protocols
        )
        await socket.prepare(request)
        slow = SlowSocket(socket, request.transport, self.conditions)
        if self.account.draw_fault("mute") is not None:
            slow.fall_silent(deaf=True)
        engine = request.query.get("model") or DEFAULT_MODEL
        finals = _read_flag(request.query.get("send_completion_event"), default=True)
        await Session(slow, self.account, engine=engine, finals=finals).run()
        return socket

    def _turn_away(self, key: str) -> Refusal | None:
        if not self.account.options.admits(key):
            return _BAD_KEY
        if self.account.is_full:
            return RATE_LIMIT
        fault = self.account.draw_fault("refuse")
        return None if fault is None else Refusal(fault.code, "service unavailable")

    async def _whole(self, request: web.Request) -> web.StreamResponse:
        return await self._post(request, answer_whole)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        return await self._post(request, answer_stream)

    async def _post(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        if not self.account.options.admits(request.headers.get(_KEY_HEADER, "")):
            return await refuse(self.account, _BAD_KEY)
        return await answer(request, self.account)

    async def _forbidden(self, request: web.Request) -> web.StreamResponse:
        await self.arrive(request)
        return await refuse(self.account, _BAD_KEY)


def _read_flag(value: str | None, *, default: bool) -> bool:
    """A true-or-false parameter of the URL; LiveKit writes `True`, the documents `true`."""
    return default if value is None else value.lower() in ("true", "1")
