"""A connection to a WebSocket server of its own, which answers as scripted."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from livekit.plugins.sarvam_pooled.options import Socket, Timeouts
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.transport.connection import Connection
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.voice import Voice
from websockets.asyncio.server import ServerConnection, serve

ENGLISH = Voice()
HINDI = replace(ENGLISH, target_language_code="hi-IN")
KEY = "a-secret-key"
FINAL = json.dumps({"type": "event", "data": {"event_type": "final"}})
PONG = '{"type":"pong"}'


def audio(data: bytes) -> str:
    return json.dumps({"type": "audio", "data": {"audio": base64.b64encode(data).decode()}})


def error(code: int, message: str = "no") -> str:
    return json.dumps({"type": "error", "data": {"code": code, "message": message}})


@dataclass
class Server:
    """Answers each flush with the next of `replies`; keeps the kinds of messages that it got."""

    replies: list[tuple[str, ...]]
    received: list[str] = field(default_factory=list)
    sent: int = 0

    async def __call__(self, ws: ServerConnection) -> None:
        async for message in ws:
            kind = json.loads(message)["type"]
            self.received.append(kind)
            if kind == "flush" and self.replies:
                for frame in self.replies.pop(0):
                    await (ws.close() if frame == "close" else ws.send(frame))
                    self.sent += 1


@asynccontextmanager
async def opened(
    handler: Callable[[ServerConnection], Awaitable[None]],
    *,
    lost: list[Connection] | None = None,
    tuning: Socket | None = None,
    ping_interval: float = 60.0,
    liveness_timeout: float = 5.0,
    **server: Any,
) -> AsyncIterator[Connection]:
    """A configured connection, closed at the end."""
    async with serve(handler, "127.0.0.1", 0, **server) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        connection = await open_connection(
            f"ws://127.0.0.1:{port}/text-to-speech/ws?model=m",
            voice=ENGLISH,
            api_key=KEY,
            timeouts=Timeouts(connect=2.0, close=0.2, liveness=liveness_timeout),
            tuning=tuning or Socket(),
            ping_interval=ping_interval,
            on_lost=(lost if lost is not None else []).append,
        )
        try:
            await connection.configure(ENGLISH)
            yield connection
        finally:
            await connection.aclose()


async def collect(response: ResponseStream) -> list[bytes]:
    """The audio of a response, message by message, to its end."""
    pieces = []
    async with asyncio.timeout(2):
        while isinstance(event := await response.next(), wire.Audio):
            pieces.append(event.data)
    return pieces
