"""The stand-in for Sarvam: its routes, and which clients it accepts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.slow_socket import accept
from sandbox.standin import StandIn
from sandbox.tts import SpeechAccount

from .catalogue import DEFAULT_MODEL
from .options import Account, SarvamOptions
from .rest import answer_stream, answer_whole, refuse
from .session import Session
from .validation import RATE_LIMIT, Refusal

_KEY_HEADER = "api-subscription-key"
# A browser cannot set headers on a WebSocket: its key comes as a subprotocol (documented).
_KEY_PROTOCOL = "api-subscription-key."
_BAD_KEY = Refusal(403, "Invalid API key")

Endpoint = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]


class SarvamStandIn(StandIn):
    """Sarvam's text to speech: WebSocket, REST and HTTP stream.

    Delays beside the network's: `first_byte` + `per_character` before the first audio of each
    synthesis (about 240 ms for a short sentence, within the 240-350 ms that clients report for a
    warm socket), then `real_time_factor`. A fault strikes one synthesis, that is one piece of
    text sent to the model; `refuse` and `mute` strike a connection, `no_end` one `final`.
    """

    name = "sarvam"
    account_type = SpeechAccount
    options_type = SarvamOptions

    account: Account

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The provider's endpoints."""
        router.add_get("/text-to-speech/ws", self._websocket)
        router.add_get("/text-to-speech/ws/v2", self._websocket)
        router.add_post("/text-to-speech", self._whole)
        router.add_post("/text-to-speech/stream", self._stream)
        # Any other path gets the same response as a bad key (reported).
        router.add_get("/text-to-speech/{path:.*}", self._forbidden)

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
        # Counted before the handshake, so that sockets opened together keep to the limit.
        self.account.open()
        try:
            socket = await accept(request, self.account, protocols=offered[:1])
            engine = request.query.get("model") or DEFAULT_MODEL
            finals = _read_flag(request.query.get("send_completion_event"), default=True)
            await Session(socket, self.account, engine=engine, finals=finals).run()
            return socket.response
        finally:
            self.account.close()

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

    async def _post(self, request: web.Request, endpoint: Endpoint) -> web.StreamResponse:
        self.stats["requests"] += 1
        await self.arrive(request)
        if not self.account.options.admits(request.headers.get(_KEY_HEADER, "")):
            return await refuse(self.account, _BAD_KEY)
        return await endpoint(request, self.account)

    async def _forbidden(self, request: web.Request) -> web.StreamResponse:
        await self.arrive(request)
        return await refuse(self.account, _BAD_KEY)


def _read_flag(value: str | None, *, default: bool) -> bool:
    """A true-or-false parameter of the URL; LiveKit writes `True`, the documents `true`."""
    return default if value is None else value.lower() in ("true", "1")
