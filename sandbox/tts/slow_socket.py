"""The server's end of a WebSocket behind a simulated network.

socket -> (half a round trip) -> receive()        send() -> (half a round trip) -> socket
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from sandbox.conditions import Conditions

from .delay_line import DelayLine

_NORMAL_CLOSURE = 1000
_ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


@dataclass(frozen=True, slots=True)
class _HangUp:
    """The end of the connection, in its place among the messages."""

    politely: bool
    code: int
    reason: str


class SlowSocket:
    """Messages in both directions, each half a round trip late and all in order."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.BaseTransport | None,
        conditions: Conditions,
    ) -> None:
        """Take a prepared socket made with `autoping=False`, and the transport below it."""
        self._socket = socket
        self._transport = transport
        self._conditions = conditions
        self._inbox: DelayLine[str | bytes] = DelayLine()
        self._outbox: DelayLine[str | _HangUp] = DelayLine()
        # Nothing more is sent: the connection is ending, or a fault made it fall silent.
        self._silent = False
        # Not even an answer to a ping: the connection is half-dead.
        self._deaf = False
        # When the client last sent a message, and last sent a WebSocket PING; loop time.
        self.heard_at = self.pinged_at = asyncio.get_running_loop().time()

    @property
    def is_silent(self) -> bool:
        """Whether what is sent from now on is thrown away."""
        return self._silent

    def fall_silent(self, *, deaf: bool) -> None:
        """Stay open, but send nothing more; when `deaf`, not even answers to pings."""
        self._silent = True
        self._deaf = deaf

    async def serve(self, *jobs: Coroutine[None, None, None]) -> None:
        """Run `jobs` beside the socket's own until either side hangs up or a job ends.

        The jobs are cancelled then, and what one of them raised is raised.
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
        """Send a text message, unless the socket has fallen silent."""
        if not self._silent:
            self._outbox.put(message, self._conditions.half_trip())

    def hang_up(self, *, politely: bool, code: int = _NORMAL_CLOSURE, reason: str = "") -> None:
        """End the connection after what was sent: with a close code, or by cutting it."""
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
        # The client may be gone before it has heard everything.
        with suppress(ConnectionError):
            while not isinstance(item := await self._outbox.get(), _HangUp):
                await self._socket.send_str(item)
            if item.politely:
                await self._socket.close(code=item.code, message=item.reason.encode())
            elif isinstance(self._transport, asyncio.Transport):
                self._transport.abort()
