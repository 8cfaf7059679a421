"""One WebSocket to Sarvam: configured once, flushed for each text, watched all the time.

A connection has one reader for its whole life, so that a close, an error or a late message is seen
when it happens and not at the next use. Texts are answered in order: each flush waits in a FIFO
until its `final` arrives. There is no cancel message in the protocol: a connection whose answer is
no longer wanted is closed by its owner, never reused.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.metadata
import itertools
import socket as sockets
import ssl
from collections import deque
from collections.abc import Callable

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.protocol import State

from ..errors import ConnectFailed, ConnectionLost, SarvamError, from_status
from ..log import logger
from ..options import Socket, Voice
from ..version import __version__
from . import wire

_WEBSOCKETS = importlib.metadata.version("websockets")
USER_AGENT = f"livekit-plugins-sarvam-pooled/{__version__} websockets/{_WEBSOCKETS}"

# Protocol-level PING, to notice a peer that is gone without a FIN. Sarvam's idle timer is reset by
# the JSON ping alone (reported), so this one is for us only.
_LIVENESS_INTERVAL = 20.0  # seconds

_serial = itertools.count(1)


class Answer:
    """What comes back for one flush: Audio events, then Complete; or an error at any time."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[wire.Event] = asyncio.Queue()

    def put(self, event: wire.Event) -> None:
        self._events.put_nowait(event)

    async def next(self) -> wire.Audio | wire.Complete:
        """The next Event of this answer.

        Raises:
            SarvamError: The connection failed, or Sarvam sent an error.
        """
        while True:
            event = await self._events.get()
            match event:
                case wire.Audio() | wire.Complete():
                    return event
                case wire.Failure(error):
                    raise error
                case wire.Ignored():
                    continue


class Connection:
    """An open WebSocket.

    Args:
        ws: The WebSocket after its handshake.
        on_lost: Called once, when the connection can no longer be used and nobody closed it.
        ping_interval: Seconds between JSON pings.
        close_timeout: Seconds for the closing handshake.
    """

    def __init__(
        self,
        ws: ClientConnection,
        *,
        on_lost: Callable[[Connection], None],
        ping_interval: float,
    ) -> None:
        self.serial = next(_serial)
        # What the server was last told, None before the first config.
        self.voice: Voice | None = None
        # Configs sent, for `configs == connects`.
        self.configs = 0
        self._ws = ws
        self._on_lost = on_lost
        self._ping_interval = ping_interval
        # Flushes without a `final` yet, oldest first.
        self._unanswered: deque[Answer] = deque()
        # Why the connection cannot be used any more.
        self._failure: SarvamError | None = None
        self._closing = False
        self._tasks = [
            asyncio.create_task(self._read(), name=f"sarvam-read-{self.serial}"),
            asyncio.create_task(self._keep_alive(), name=f"sarvam-ping-{self.serial}"),
        ]

    @property
    def alive(self) -> bool:
        """Whether a text may be sent."""
        return not self._closing and self._failure is None and self._ws.state is State.OPEN

    async def configure(self, voice: Voice) -> None:
        """Tell the server the voice, unless it knows it already.

        Raises:
            ConnectionLost: The connection is gone.
        """
        if self.voice == voice:
            return
        # Set first: if the send fails, the connection is not used again anyway.
        self.voice = voice
        self.configs += 1
        await self._send(wire.config(voice))

    async def speak(self, text: str) -> Answer:
        """Send `text` and flush it, so that nothing of it waits in the server's buffer.

        Raises:
            ConnectionLost: The connection is gone.
        """
        answer = Answer()
        self._unanswered.append(answer)
        await self._send(wire.text(text))
        await self._send(wire.FLUSH)
        return answer

    async def aclose(self) -> None:
        """Close; unanswered flushes get `ConnectionLost`."""
        self._closing = True
        self._fail(ConnectionLost("the connection was closed"))
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            await self._ws.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def __repr__(self) -> str:
        state = "open" if self.alive else "closed"
        language = self.voice.target_language_code if self.voice else "not configured"
        return (
            f"<Connection #{self.serial} {state}, {language}, {len(self._unanswered)} unanswered>"
        )

    async def _send(self, frame: str) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            await self._ws.send(frame)
        except (ConnectionClosed, OSError):
            raise ConnectionLost("the connection closed while sending") from None

    async def _read(self) -> None:
        try:
            async for frame in self._ws:
                self._dispatch(wire.parse(frame))
        except (ConnectionClosed, OSError):
            pass
        # The close code tells nothing: after an error frame the server closes with 1000 too.
        if not self._closing:
            self._fail(ConnectionLost("the server closed the connection"))

    def _dispatch(self, event: wire.Event) -> None:
        match event:
            case wire.Audio() if self._unanswered:
                self._unanswered[0].put(event)
            case wire.Complete() if self._unanswered:
                self._unanswered.popleft().put(event)
            case wire.Failure(error):
                self._fail(error)
            case wire.Ignored(kind):
                logger.debug("message of an unknown kind ignored", extra={"kind": kind})
            case _:
                # Audio or `final` that nobody asked for, for example after a repeated config.
                logger.debug("unexpected message ignored", extra={"kind": type(event).__name__})

    def _fail(self, error: SarvamError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        while self._unanswered:
            self._unanswered.popleft().put(wire.Failure(error))
        if not self._closing:
            self._on_lost(self)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval)
            with contextlib.suppress(SarvamError):
                await self._send(wire.PING)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The context of all connections. The certificates take 20 to 80 ms to load: once a process."""
    return ssl.create_default_context()


async def open_connection(
    url: str,
    *,
    api_key: str,
    timeout: float,
    close_timeout: float,
    tuning: Socket,
    ping_interval: float,
    on_lost: Callable[[Connection], None],
) -> Connection:
    """Connect to Sarvam.

    Args:
        timeout: Seconds for TCP, TLS and the WebSocket handshake together.

    Raises:
        ConnectFailed: No connection in time, or none at all.
        RequestRefused: The handshake was refused: wrong key (403) or wrong address (404).
        ProviderFailed: The handshake was refused for now (429, 5xx).
    """
    try:
        ws = await connect(
            url,
            additional_headers={"api-subscription-key": api_key},
            user_agent_header=USER_AGENT,
            compression="deflate" if tuning.compression else None,
            max_size=tuning.max_message_bytes,
            open_timeout=timeout,
            close_timeout=close_timeout,
            ping_interval=_LIVENESS_INTERVAL,
            ssl=tls_context() if url.startswith("wss:") else None,
        )
    except InvalidStatus as error:
        # `from None`: the original holds the request with its key.
        raise _refused(error.response.status_code) from None
    except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as error:
        raise ConnectFailed(f"cannot connect to {url}: {_reason(error)}") from None
    _set_nodelay(ws, tuning.nodelay)
    return Connection(ws, on_lost=on_lost, ping_interval=ping_interval)


def _refused(status: int) -> SarvamError:
    hint = {
        401: "the API key was refused; check SARVAM_API_KEY",
        403: "the API key was refused; check SARVAM_API_KEY and SARVAM_WS_URL",
        404: "no such address; check SARVAM_WS_URL",
    }.get(status, "the handshake was refused")
    return from_status(f"{hint} (HTTP {status})", status=status)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"{type(error).__name__}: {error}"


def _set_nodelay(ws: ClientConnection, nodelay: bool) -> None:
    sock = ws.transport.get_extra_info("socket")
    if sock is not None and sock.family in (sockets.AF_INET, sockets.AF_INET6):
        sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, int(nodelay))
