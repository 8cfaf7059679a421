"""A stand-in on loopback, and a client that knows only the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import numpy as np
import pytest

from sandbox.conditions import INSTANT, Fault, Latency
from sandbox.deepgram import DeepgramOptions, DeepgramStandIn
from sandbox.standin import serve

RATE = 16_000
SILENCE = bytes(2 * RATE)
"""A second."""


def tone(seconds: float = 0.5) -> bytes:
    """Sound that the endpointer takes for speech, as 16 kHz PCM."""
    times = np.arange(round(seconds * RATE)) / RATE
    return (8000 * np.sin(2 * np.pi * 300 * times)).astype("<i2").tobytes()


class Client:
    """One stream to the stand-in."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, sound: bytes) -> None:
        """Send an utterance and the pause after it."""
        await self.socket.send_bytes(sound + SILENCE)

    async def send(self, kind: str, **fields: Any) -> None:
        """Send a control message."""
        await self.socket.send_json({"type": kind, **fields})

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = await self.socket.receive_json(timeout=20)
        return message

    async def final(self) -> dict[str, Any]:
        """The next final result."""
        while not (message := await self.receive()).get("is_final"):
            pass
        return message

    async def closed(self) -> int | None:
        """The close code, once the server has closed the stream."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


class Server:
    """The stand-in and its address."""

    def __init__(
        self,
        stand_in: DeepgramStandIn,
        address: str,
        http: aiohttp.ClientSession,
        stack: AsyncExitStack,
    ) -> None:
        self.stand_in = stand_in
        self.address = address
        self.http = http
        self._stack = stack

    async def connect(self, query: str = "", *, key: str = "key", **arguments: Any) -> Client:
        """Open a stream of 16 kHz PCM."""
        socket = self.http.ws_connect(
            f"ws://{self.address}/v1/listen?encoding=linear16&sample_rate={RATE}&{query}",
            headers={"Authorization": f"Token {key}"} if key else {},
            **arguments,
        )
        return Client(await self._stack.enter_async_context(socket))


Start = Callable[..., Awaitable[Server]]
"""Starts a stand-in."""


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start a stand-in; by default it has no delays and recognises nothing but its script."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def start_one(
            *,
            latency: Latency = INSTANT,
            faults: tuple[Fault, ...] = (),
            script: tuple[str, ...] | None = ("one", "two", "three"),
            **options: Any,
        ) -> Server:
            stand_in = DeepgramStandIn(
                latency=latency, faults=faults, options=DeepgramOptions(script=script, **options)
            )
            address = await stack.enter_async_context(serve(stand_in))
            return Server(stand_in, address, http, stack)

        yield start_one
