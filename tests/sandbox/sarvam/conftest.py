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

from sandbox.conditions import INSTANT
from sandbox.sarvam import SarvamOptions, SarvamStandIn
from sandbox.standin import serve
from tests.support.until import until

CONFIG = {
    "target_language_code": "en-IN",
    "speaker": "shubh",
    "model": "bulbul:v3",
    "speech_sample_rate": 24000,
    "output_audio_codec": "linear16",
}


@dataclass
class Heard:
    """What the server said until it was done."""

    audio: bytes = b""
    finals: int = 0
    errors: list[dict] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    close_code: int | None = None

    def take(self, raw: str) -> None:
        """Sort one message in."""
        try:
            message = json.loads(raw)
        except ValueError:
            self.others.append(raw)
            return
        match message:
            case {"type": "audio", "data": data}:
                piece = base64.b64decode(data["audio"])
                self.audio += piece
                self.lengths.append(len(piece))
                self.types.append(data["content_type"])
            case {"type": "event", "data": {"event_type": "final"}}:
                self.finals += 1
            case {"type": "error", "data": data}:
                self.errors.append(data)
            case _:
                self.others.append(message["type"])


class Client:
    """One WebSocket to the stand-in."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def config(self, **changes: Any) -> None:
        await self.send("config", CONFIG | changes)

    async def text(self, text: str) -> None:
        await self.send("text", {"text": text})

    async def flush(self) -> None:
        await self.send("flush")

    async def send(self, kind: str, data: dict[str, Any] | None = None) -> None:
        frame = {"type": kind} if data is None else {"type": kind, "data": data}
        await self.socket.send_str(json.dumps(frame))

    async def hear(self, *, finals: Any = 1, others: Any = 0) -> Any:
        """Read until that many `final`s and other messages have come, or the socket closes."""
        heard = Heard()
        while heard.finals < finals or len(heard.others) < others:
            message = await self.socket.receive(timeout=5)
            if message.type is not aiohttp.WSMsgType.TEXT:
                heard.close_code = self.socket.close_code
                break
            heard.take(message.data)
        return heard


class Server:
    """The stand-in, where it listens, and a way in."""

    def __init__(
        self, stand_in: Any, address: Any, http: aiohttp.ClientSession, stack: AsyncExitStack
    ) -> None:
        self.stand_in = stand_in
        self.address = address
        self.http = http
        self.base_url = f"http://{address}/text-to-speech"
        self.ws_url = f"ws://{address}/text-to-speech/ws"
        self._stack = stack

    async def connect(
        self, *, query: Any = "model=bulbul:v3", key: str = "key", path: str = "", **options: Any
    ) -> Any:
        headers = {"api-subscription-key": key} if key else {}
        socket = self.http.ws_connect(f"{self.ws_url}{path}?{query}", headers=headers, **options)
        return Client(await self._stack.enter_async_context(socket))

    async def post(self, path: str = "", *, key: str = "key", **body: Any) -> Any:
        headers = {"api-subscription-key": key} if key else {}
        return await self._stack.enter_async_context(
            self.http.post(self.base_url + path, json=body, headers=headers)
        )

    async def stats(self) -> Any:
        async with self.http.get(f"http://{self.address}/_stats") as response:
            return await response.json()

    async def until(self, holds: Any) -> None:
        """Wait until something holds of the statistics."""
        await until(lambda: holds(self.stand_in.describe()))

    async def control(self, **body: Any) -> Any:
        async with self.http.post(f"http://{self.address}/_control", json=body) as response:
            return response.status, await response.json()


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
            stand_in = SarvamStandIn(
                latency=latency, faults=faults, options=SarvamOptions(voice=voice, **options)
            )
            address = await stack.enter_async_context(serve(stand_in))
            return Server(stand_in, address, http, stack)

        yield start_one
