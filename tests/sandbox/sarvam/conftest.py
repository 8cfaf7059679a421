"""A stand-in on loopback, and a plain client that knows no more than the wire."""

import base64
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

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

    def take(self, raw):
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

    def __init__(self, socket):
        self.socket = socket

    async def config(self, **changes):
        await self.send("config", CONFIG | changes)

    async def text(self, text):
        await self.send("text", {"text": text})

    async def flush(self):
        await self.send("flush")

    async def send(self, kind, data=None):
        frame = {"type": kind} if data is None else {"type": kind, "data": data}
        await self.socket.send_str(json.dumps(frame))

    async def hear(self, *, finals=1, others=0):
        """Listen until so many `final`s and other messages have come, or the socket closes."""
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

    def __init__(self, stand_in, address, http, stack):
        self.stand_in = stand_in
        self.address = address
        self.http = http
        self.base_url = f"http://{address}/text-to-speech"
        self.ws_url = f"ws://{address}/text-to-speech/ws"
        self._stack = stack

    async def connect(self, *, query="model=bulbul:v3", key="key", path="", **options):
        headers = {"api-subscription-key": key} if key else {}
        socket = self.http.ws_connect(f"{self.ws_url}{path}?{query}", headers=headers, **options)
        return Client(await self._stack.enter_async_context(socket))

    async def post(self, path="", *, key="key", **body):
        headers = {"api-subscription-key": key} if key else {}
        return await self._stack.enter_async_context(
            self.http.post(self.base_url + path, json=body, headers=headers)
        )

    async def stats(self):
        async with self.http.get(f"http://{self.address}/_stats") as response:
            return await response.json()

    async def until(self, holds):
        """Wait until something holds of the statistics."""
        await until(lambda: holds(self.stand_in.describe()))

    async def control(self, **body):
        async with self.http.post(f"http://{self.address}/_control", json=body) as response:
            return response.status, await response.json()


@pytest.fixture
async def start():
    """Start a stand-in without delays that speaks in tones, unless told otherwise."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def start_one(*, latency=INSTANT, faults=(), voice="tone", **options):
            stand_in = SarvamStandIn(
                latency=latency, faults=faults, options=SarvamOptions(voice=voice, **options)
            )
            address = await stack.enter_async_context(serve(stand_in))
            return Server(stand_in, address, http, stack)

        yield start_one
