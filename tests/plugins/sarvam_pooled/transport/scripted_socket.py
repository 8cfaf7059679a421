"""Connections, and pools of them, without a network: for tests on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from livekit.plugins.sarvam_pooled.errors import SarvamError
from livekit.plugins.sarvam_pooled.options import PoolLimits
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.pool import Pool
from livekit.plugins.sarvam_pooled.voice import Voice
from websockets.exceptions import ConnectionClosedOK
from websockets.protocol import State

from .scripted_server import ENGLISH


class ScriptedSocket:
    """Keeps what is sent, with its time, and gives what the test says.

    Args:
        pong_after: Seconds until a PING is answered; None for never.
        is_stuck: Whether PINGs do not even leave.
        takes_no_text: Whether the server has closed the connection by the first text.
    """

    def __init__(
        self,
        *,
        pong_after: float | None = 0.04,
        is_stuck: bool = False,
        takes_no_text: bool = False,
    ) -> None:
        self.state = State.OPEN
        self.sent: list[tuple[float, str]] = []
        self.pings: list[asyncio.Future[float]] = []
        self.incoming: asyncio.Queue[str | None] = asyncio.Queue()
        self._pong_after = pong_after
        self._is_stuck = is_stuck
        self._takes_no_text = takes_no_text

    def gives(self, *frames: str) -> None:
        """Let `frames` come."""
        for frame in frames:
            self.incoming.put_nowait(frame)

    def drop(self) -> None:
        """Let the server close the connection."""
        self.state = State.CLOSED
        self.incoming.put_nowait(None)

    async def send(self, frame: str) -> None:
        if self._takes_no_text:
            await asyncio.sleep(0)
            raise ConnectionClosedOK(None, None)
        self.sent.append((round(asyncio.get_running_loop().time(), 3), frame))

    async def ping(self) -> asyncio.Future[float]:
        loop = asyncio.get_running_loop()
        pong: asyncio.Future[float] = loop.create_future()
        self.pings.append(pong)
        if self._is_stuck:
            await loop.create_future()
        if self._pong_after is not None:
            loop.call_later(self._pong_after, pong.set_result, self._pong_after)
        return pong

    async def close(self) -> None:
        self.state = State.CLOSED

    def __aiter__(self) -> ScriptedSocket:
        return self

    async def __anext__(self) -> str:
        frame = await self.incoming.get()
        if frame is None:
            raise StopAsyncIteration
        return frame


@asynccontextmanager
async def scripted(
    socket: ScriptedSocket, *, lost: list[Connection] | None = None
) -> AsyncIterator[Connection]:
    """A connection with a JSON ping every 15 s and a liveness timeout of 0.75 s, closed at the
    end."""
    connection = _connection(socket, ENGLISH, (lost if lost is not None else []).append)
    try:
        yield connection
    finally:
        await connection.aclose()


class Network:
    """What a pool connects to.

    Args:
        takes: Seconds for one connect.
        greeting: Frames that come as soon as a connection is open.
        takes_no_text: See `ScriptedSocket`.
    """

    def __init__(
        self, *, takes: float = 0.0, greeting: tuple[str, ...] = (), takes_no_text: bool = False
    ) -> None:
        self.takes = takes
        self.takes_no_text = takes_no_text
        self.greeting = greeting
        # Fails the connects from now on.
        self.error: SarvamError | None = None
        # Called as soon as a connect is done, before its waiter runs.
        self.on_open: Callable[[], object] = lambda: None
        # When each connect began.
        self.connects: list[float] = []
        self.sockets: list[ScriptedSocket] = []
        self.connections: list[Connection] = []

    async def connect(self, voice: Voice, on_lost: Callable[[Connection], None]) -> Connection:
        self.connects.append(round(asyncio.get_running_loop().time(), 3))
        await asyncio.sleep(self.takes)
        if self.error is not None:
            raise self.error
        socket = ScriptedSocket(takes_no_text=self.takes_no_text)
        socket.gives(*self.greeting)
        self.sockets.append(socket)
        self.connections.append(_connection(socket, voice, on_lost))
        asyncio.get_running_loop().call_soon(self.on_open)
        return self.connections[-1]

    def socket_of(self, connection: Connection) -> ScriptedSocket:
        """The server's end of a connection."""
        return self.sockets[self.connections.index(connection)]


@asynccontextmanager
async def pooled(
    network: Network, *, voice: Voice = ENGLISH, **limits: float
) -> AsyncIterator[Pool]:
    """A pool over `network`, closed at the end."""
    pool = Pool(network.connect, voice=voice, limits=PoolLimits(**limits))  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.aclose()


def _connection(
    socket: ScriptedSocket, voice: Voice, on_lost: Callable[[Connection], None]
) -> Connection:
    return Connection(
        socket,  # type: ignore[arg-type]
        voice=voice,
        on_lost=on_lost,
        ping_interval=15.0,
        liveness_timeout=0.75,
    )
