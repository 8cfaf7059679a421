"""The server's end of a WebSocket behind a simulated network. For all stand-ins.

socket -> (half a round trip) -> receive()        send() -> (half a round trip) -> socket
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import WSMsgType, web

from .account import Account
from .conditions import Conditions

Item = TypeVar("Item")

# Seconds to wait for the client's close frame: the client may be gone.
_CLOSE_TIMEOUT = 1.0
_NORMAL_CLOSURE = 1000
_ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


class DelayLine(Generic[Item]):
    """A queue that delivers each item after a delay of its own.

    Items keep their order, and their delays overlap as they do on a wire: two items sent together
    arrive together.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[float, Item]] = asyncio.Queue()

    def put(self, item: Item, delay: float) -> None:
        """Send `item`; it arrives after `delay` seconds."""
        self._queue.put_nowait((asyncio.get_running_loop().time() + delay, item))

    async def get(self) -> Item:
        """The next item, once it has arrived. For one reader at a time."""
        due, item = await self._queue.get()
        wait = due - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)
        return item


@dataclass(frozen=True, slots=True)
class _HangUp:
    """The end of the connection, in its place among the messages."""

    politely: bool
    code: int
    reason: str


async def accept(
    request: web.Request,
    account: Account[Any, Any],
    *,
    protocols: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
) -> SlowSocket:
    """Answer a WebSocket handshake, half a round trip later; a `mute` fault may strike it."""
    await asyncio.sleep(account.conditions.half_trip())
    response = web.WebSocketResponse(
        timeout=_CLOSE_TIMEOUT, autoping=False, compress=False, protocols=protocols
    )
    response.headers.update(headers or {})
    await response.prepare(request)
    socket = SlowSocket(response, request.transport, account.conditions)
    if account.draw_fault("mute") is not None:
        socket.fall_silent(deaf=True)
    return socket


class SlowSocket:
    """Messages in both directions, each half a round trip late and all in order."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.BaseTransport | None,
        conditions: Conditions,
    ) -> None:
        """Take a prepared socket made with `autoping=False`, and its transport."""
        self.response = socket
        self._socket = socket
        self._transport = transport
        self._conditions = conditions
        self._inbox: DelayLine[str | bytes] = DelayLine()
        self._outbox: DelayLine[str | _HangUp] = DelayLine()
        # Send nothing more: the connection is ending, or a fault has silenced it.
        self._silent = False
        # Answer no ping either: the connection is half-dead.
        self._deaf = False
        # When the client last sent a message, and last sent a WebSocket PING; loop time.
        self.heard_at = self.pinged_at = asyncio.get_running_loop().time()

    @property
    def is_silent(self) -> bool:
        """Whether everything sent from here on is dropped."""
        return self._silent

    def fall_silent(self, *, deaf: bool) -> None:
        """Stay open, but send nothing more; if `deaf`, answer no pings either."""
        self._silent = True
        self._deaf = deaf

    async def serve(self, *jobs: Coroutine[None, None, None]) -> None:
        """Run `jobs` beside the socket's own until either side hangs up or a job ends.

        All jobs are cancelled then; an exception of a job is raised.
        """
        tasks = [asyncio.create_task(job) for job in (self._read(), self._write(), *jobs)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def receive(self) -> str | bytes:
        """The client's next message."""
        return await self._inbox.get()

    def send(self, message: str) -> None:
        """Send a text message, unless the socket is silent."""
        if not self._silent:
            self._outbox.put(message, self._conditions.half_trip())

    def hang_up(self, *, politely: bool, code: int = _NORMAL_CLOSURE, reason: str = "") -> None:
        """End the connection after what was sent, with a close frame or by aborting it."""
        if not self._silent:
            self._outbox.put(_HangUp(politely, code, reason), self._conditions.half_trip())
            self._silent = True

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while (message := await self._socket.receive()).type not in _ENDS:
            if message.type is WSMsgType.PING:
                self.pinged_at = loop.time()
                if not self._deaf:
                    with suppress(ConnectionError):
                        await self._socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                self.heard_at = loop.time()
                self._inbox.put(message.data, self._conditions.half_trip())

    async def _write(self) -> None:
        # The client may be gone before everything is sent.
        with suppress(ConnectionError):
            while not isinstance(item := await self._outbox.get(), _HangUp):
                await self._socket.send_str(item)
            if item.politely:
                await self._socket.close(code=item.code, message=item.reason.encode())
            elif isinstance(self._transport, asyncio.Transport):
                self._transport.abort()
