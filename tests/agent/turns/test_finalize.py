"""`Finalize` is sent in each silence, once, and never to a stream that is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from aiohttp import ClientSession, WSMsgType, web
from livekit import rtc
from livekit.agents import stt
from livekit.plugins import deepgram

from agent.turns.finalize import FinalizingSTT, finalize_on_silence
from sandbox.voice import speak

RATE = 16_000


class Stream:
    """What is done to a stream."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.is_closed = False

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        if self.is_closed:
            raise RuntimeError("closed")
        self.done.append("frame")

    def flush(self) -> None:
        self.done.append("flush")


def frames(samples: np.ndarray, rate: int = RATE) -> list[rtc.AudioFrame]:
    """Frames of 10 ms."""
    size = rate // 100
    whole = samples[: samples.size // size * size].reshape(-1, size)
    return [rtc.AudioFrame(one.tobytes(), rate, 1, size) for one in whole]


async def spoken(*texts: str, rate: int = RATE) -> np.ndarray:
    """Each text with half a second of silence before and after it."""
    silence = np.zeros(rate // 2, np.int16)
    pieces = [silence]
    for text in texts:
        pieces += [np.frombuffer(await speak(text, sample_rate=rate), np.int16), silence]
    return np.concatenate(pieces)


@pytest.mark.parametrize("rate", [16_000, 48_000])
async def test_each_silence_after_speech_is_flushed_once(rate: int) -> None:
    """At any rate of the frames, and the frame goes first."""
    stream = Stream()
    finalize_on_silence(stream, after=0.25)
    for frame in frames(await spoken("opening hours", "tomorrow", rate=rate), rate):
        stream.push_frame(frame)
    assert stream.done.count("flush") == 2
    assert stream.done[0] == "frame"


async def test_a_closed_stream_is_left_alone() -> None:
    """It refuses the frame, and its sender gets the error."""
    stream = Stream()
    finalize_on_silence(stream, after=0.06)
    sound = frames(await spoken("tomorrow"))
    for frame in sound[:-40]:
        stream.push_frame(frame)
    stream.done.clear()
    stream.is_closed = True
    for frame in sound[-40:]:
        with pytest.raises(RuntimeError, match="closed"):
            stream.push_frame(frame)
    assert stream.done == []


@asynccontextmanager
async def listening(
    **options: float,
) -> AsyncIterator[tuple[deepgram.SpeechStream, list[str], asyncio.Event]]:
    """A stream to a server, the messages that it was sent beside sound and keep-alives, and whether
    that was all."""
    sent: list[str] = []
    closed = asyncio.Event()

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT and (kind := json.loads(message.data)["type"]):
                sent.extend([kind] if kind != "KeepAlive" else [])
                if kind == "CloseStream":
                    closed.set()
        return socket

    app = web.Application()
    app.router.add_get("/v1/listen", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with ClientSession() as session:
        recogniser = FinalizingSTT(
            api_key="key",
            base_url=f"http://{host}:{port}/v1/listen",
            http_session=session,
            **options,
        )
        stream = recogniser.stream()
        try:
            yield stream, sent, closed
        finally:
            await stream.aclose()
            await runner.cleanup()


@pytest.mark.parametrize(("after", "finalized"), [(0.25, 1), (0.0, 0)])
async def test_deepgram_is_finalized(after: float, finalized: int) -> None:
    """By its own message, unless that is switched off; one more is its plugin's own, at the end."""
    async with listening(finalize_after=after) as (stream, sent, closed):
        for frame in frames(await spoken("tomorrow")):
            stream.push_frame(frame)
        stream.end_input()
        async with asyncio.timeout(5):
            await closed.wait()
    assert sent == ["Finalize"] * (finalized + 1) + ["CloseStream"]


async def test_it_is_deepgrams_otherwise() -> None:
    """Its capabilities are reported as they are."""
    assert isinstance(FinalizingSTT(api_key="key", finalize_after=0.1), stt.STT)
    assert FinalizingSTT(api_key="key").capabilities == deepgram.STT(api_key="key").capabilities
