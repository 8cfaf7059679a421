"""A stand-in on loopback, and a plain client that knows no more than the wire."""

import base64
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

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

    def take(self, raw):
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

    def of(self, kind):
        """The messages of one type."""
        return [message for message in self.messages if message["type"] == kind]


class Client:
    """One WebSocket to the stand-in."""

    def __init__(self, socket):
        self.socket = socket

    async def send(self, transcript, **changes):
        await self.socket.send_str(json.dumps(REQUEST | {"transcript": transcript} | changes))

    async def cancel(self, context_id):
        await self.socket.send_str(json.dumps({"context_id": context_id, "cancel": True}))

    async def hear(self, *, until=("done", "error"), times=1):
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

    def __init__(self, stand_in, address, http, stack):
        self.stand_in = stand_in
        self.address = address
        self.http = http
        self.base_url = f"http://{address}"
        self._stack = stack

    async def connect(self, *, query="cartesia_version=2026-08-14", headers=None):
        socket = self.http.ws_connect(
            f"ws://{self.address}/tts/websocket?{query}", headers=headers or {"X-API-Key": "key"}
        )
        return Client(await self._stack.enter_async_context(socket))

    async def post(self, *, headers=None, **body):
        return await self._stack.enter_async_context(
            self.http.post(
                f"{self.base_url}/tts/bytes", json=body, headers=headers or {"X-API-Key": "key"}
            )
        )

    async def stats(self):
        async with self.http.get(f"{self.base_url}/_stats") as response:
            return await response.json()

    async def until(self, holds):
        """Wait until something holds of the statistics."""
        await until(lambda: holds(self.stand_in.describe()))


@pytest.fixture
async def start():
    """Start a stand-in without delays that speaks in tones, unless told otherwise."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def start_one(*, latency=INSTANT, faults=(), voice="tone", **options):
            stand_in = CartesiaStandIn(
                latency=latency, faults=faults, options=CartesiaOptions(voice=voice, **options)
            )
            address = await stack.enter_async_context(serve(stand_in))
            return Server(stand_in, address, http, stack)

        yield start_one
