"""A stand-in on loopback, and a client that knows only the wire."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from sandbox.cartesia import CartesiaOptions, CartesiaStandIn
from sandbox.conditions import INSTANT
from sandbox.standin import serve
from tests.support.until import until

REQUEST = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": "a voice"},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
    "language": "en",
    "context_id": "one",
    "max_buffer_delay_ms": 0,
}


@dataclass
class Heard:
    """What the server said about some contexts."""

    audio: dict[str, bytes] = field(default_factory=dict)
    messages: list[dict] = field(default_factory=list)
    garbage: list[str] = field(default_factory=list)
    close_code: int | None = None

    def take(self, raw: str) -> Any:
        """Sort one message in; its type."""
        try:
            message = json.loads(raw)
        except ValueError:
            self.garbage.append(raw)
            return "garbage"
        if message["type"] == "chunk":
            data = base64.b64decode(message.pop("data"))
            context = message["context_id"]
            self.audio[context] = self.audio.get(context, b"") + data
        self.messages.append(message)
        return message["type"]

    def of(self, kind: str) -> Any:
        """The messages of one type."""
        return [message for message in self.messages if message["type"] == kind]


class Client:
    """One WebSocket to the stand-in."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, transcript: Any, **changes: Any) -> None:
        await self.socket.send_str(json.dumps(REQUEST | {"transcript": transcript} | changes))

    async def cancel(self, context_id: Any) -> None:
        await self.socket.send_str(json.dumps({"context_id": context_id, "cancel": True}))

    async def hear(self, *, until: Any = ("done", "error"), times: Any = 1) -> Any:
        """Listen until such messages have come so often, or the socket closes."""
        heard = Heard()
        while times:
            message = await self.socket.receive(timeout=5)
            if message.type is not aiohttp.WSMsgType.TEXT:
                heard.close_code = self.socket.close_code
                break
            times -= heard.take(message.data) in until
        return heard


class Server:
    """The stand-in, where it listens, and a way in."""

    def __init__(
        self, stand_in: Any, address: Any, http: aiohttp.ClientSession, stack: AsyncExitStack
    ) -> None:
        self.stand_in = stand_in
        self.address = address
        self.http = http
        self.base_url = f"http://{address}"
        self._stack = stack

    async def connect(
        self, *, query: Any = "cartesia_version=2026-08-14", headers: Any = None
    ) -> Any:
        socket = self.http.ws_connect(
            f"ws://{self.address}/tts/websocket?{query}", headers=headers or {"X-API-Key": "key"}
        )
        return Client(await self._stack.enter_async_context(socket))

    async def post(self, *, headers: Any = None, **body: Any) -> Any:
        return await self._stack.enter_async_context(
            self.http.post(
                f"{self.base_url}/tts/bytes", json=body, headers=headers or {"X-API-Key": "key"}
            )
        )

    async def stats(self) -> Any:
        async with self.http.get(f"{self.base_url}/_stats") as response:
            return await response.json()

    async def until(self, holds: Any) -> None:
        """Wait until something holds of the statistics."""
        await until(lambda: holds(self.stand_in.describe()))


Start = Callable[..., Awaitable[Server]]
"""Starts a stand-in."""


@pytest.fixture
async def start() -> AsyncIterator[Any]:
    """Start a stand-in; by default it has no delays and speaks in tones."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def start_one(
            *, latency: Any = INSTANT, faults: Any = (), voice: Any = "tone", **options: Any
        ) -> Any:
            stand_in = CartesiaStandIn(
                latency=latency, faults=faults, options=CartesiaOptions(voice=voice, **options)
            )
            address = await stack.enter_async_context(serve(stand_in))
            return Server(stand_in, address, http, stack)

        yield start_one
