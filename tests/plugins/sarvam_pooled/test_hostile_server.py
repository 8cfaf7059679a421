"""A server that keeps talking and says nothing, or never stops: the caller is not left in silence,
and one Segment takes neither the memory nor the reply.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import psutil
import pytest
from livekit.agents import APIError, APITimeoutError, tts
from livekit.plugins import sarvam_pooled
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.sync import server as blocking

from sandbox.voice import wav_header

from .audio.sound import lame, sine
from .conftest import NO_RETRY, RATE, Heard, MakeRig, drain

TEXT = "Good morning."
QUICK = sarvam_pooled.Timeouts(first_audio=0.3, between_chunks=0.3, final=0.3)
PONG = '{"type":"pong"}'

Answer = Callable[[ServerConnection], Awaitable[None]]


def audio(data: bytes) -> str:
    return json.dumps({"type": "audio", "data": {"audio": base64.b64encode(data).decode()}})


def keeps_saying(message: str, *before: str) -> Answer:
    """The messages `before`, then `message` every 20 ms."""

    async def answer(ws: ServerConnection) -> None:
        for first in before:
            await ws.send(first)
        while True:
            await ws.send(message)
            await asyncio.sleep(0.02)

    return answer


def floods(message: str) -> Answer:
    """`message` as fast as the network takes it."""

    async def answer(ws: ServerConnection) -> None:
        while True:
            await ws.send(message)

    return answer


@asynccontextmanager
async def speaking(answer: Answer, *, codec: str = "linear16") -> AsyncIterator[sarvam_pooled.TTS]:
    """A TTS whose server gives each flush this `answer`."""

    async def handle(ws: ServerConnection) -> None:
        async for message in ws:
            if json.loads(message)["type"] == "flush":
                with suppress(ConnectionClosed):
                    await answer(ws)

    async with serve(handle, "127.0.0.1", 0, close_timeout=0.1) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        voice = sarvam_pooled.TTS(
            api_key="k",
            ws_url=f"ws://127.0.0.1:{port}/ws",
            output_audio_codec=codec,
            timeouts=QUICK,
            synthesis=sarvam_pooled.Synthesis(retries=1),
            pool=sarvam_pooled.PoolLimits(min_idle=0),
        )
        try:
            yield voice
        finally:
            await voice.aclose()


@contextmanager
def flooding(message: str) -> Iterator[int]:
    """The port of a server in threads of its own, which answers each flush with `message` as fast
    as it can: our loop is never held up by the server itself."""

    def handle(ws: blocking.ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for said in ws:
                while json.loads(said)["type"] == "flush":
                    ws.send(message)

    with blocking.serve(handle, "127.0.0.1", 0, close_timeout=0.1, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.socket.getsockname()[1]
        server.shutdown()
        thread.join(5)


@pytest.mark.parametrize(
    "message", [audio(b""), '{"type":"x"}', PONG], ids=["empty audio", "unknown", "pongs"]
)
async def test_a_flood_of_small_messages_ends_in_the_fallback(
    message: str, make_rig: MakeRig
) -> None:
    """However fast they come, the caller hears the reply from the other TTS."""
    with flooding(message) as port:
        voice = sarvam_pooled.TTS(
            api_key="k",
            ws_url=f"ws://127.0.0.1:{port}/ws",
            timeouts=QUICK,
            synthesis=sarvam_pooled.Synthesis(retries=1),
            pool=sarvam_pooled.PoolLimits(min_idle=0),
        )
        async with make_rig() as rig:
            both = tts.FallbackAdapter([voice, rig.tts], max_retry_per_tts=0)
            async with both.stream(conn_options=NO_RETRY) as stream:
                stream.push_text(TEXT)
                stream.end_input()
                heard = await drain(stream)
            assert heard.texts(rig.spoken()) == [TEXT]
            await both.aclose()
            await voice.aclose()


FINAL = '{"type":"event","data":{"event_type":"final"}}'


@pytest.mark.parametrize(
    "said", [(), (audio(b""),), (audio(b"\1\0"),)], ids=["", "empty", "sample"]
)
async def test_the_fallback_takes_over_from_a_server_that_ends_without_the_words(
    said: tuple[str, ...], make_rig: MakeRig
) -> None:
    """A silent reply is no success."""

    async def answer(ws: ServerConnection) -> None:
        for message in (*said, FINAL):
            await ws.send(message)

    text = "Your appointment is at nine."
    async with speaking(answer) as voice, make_rig() as rig:
        both = tts.FallbackAdapter([voice, rig.tts], max_retry_per_tts=0)
        async with both.stream(conn_options=NO_RETRY) as stream:
            stream.push_text(text)
            stream.end_input()
            heard = await drain(stream)
        assert heard.texts(rig.spoken()) == rig.spoken()
        assert "".join(rig.spoken()).replace(" ", "") == text.replace(" ", "")
        await both.aclose()


HOLLOW = {
    "empty audio": ("linear16", keeps_saying(audio(b""))),
    "WAV headers": ("wav", keeps_saying(audio(wav_header(RATE)))),
    "MP3 without a frame": ("mp3", keeps_saying(audio(bytes(100)))),
    "pongs": ("linear16", keeps_saying(PONG)),
    "events": ("linear16", keeps_saying('{"type":"event","data":{"event_type":"news"}}')),
}


@pytest.mark.parametrize("kind", HOLLOW)
async def test_a_server_that_says_nothing_is_late(kind: str) -> None:
    """Whatever it sends meanwhile."""
    codec, answer = HOLLOW[kind]
    async with (
        speaking(answer, codec=codec) as voice,
        voice.stream(conn_options=NO_RETRY) as stream,
    ):
        stream.push_text(TEXT)
        stream.end_input()
        with pytest.raises(APITimeoutError):
            await drain(stream)


@pytest.mark.parametrize("kind", HOLLOW)
async def test_the_fallback_takes_over_from_a_server_that_says_nothing(
    kind: str, make_rig: MakeRig
) -> None:
    """LiveKit's adapter gives it the whole reply."""
    codec, answer = HOLLOW[kind]
    async with speaking(answer, codec=codec) as voice, make_rig() as rig:
        both = tts.FallbackAdapter([voice, rig.tts], max_retry_per_tts=0)
        async with both.stream(conn_options=NO_RETRY) as stream:
            stream.push_text(TEXT)
            stream.end_input()
            heard = await drain(stream)
        assert heard.texts(rig.spoken()) == [TEXT]
        await both.aclose()


@pytest.mark.parametrize("codec", ["linear16", "mp3"])
async def test_a_server_that_stops_in_mid_reply_and_goes_on_saying_nothing_is_late(
    codec: str,
) -> None:
    """Audio is heard once. If it stops at the same place each time, that counts as the end."""
    pcm = sine(0.3)
    sound = lame(pcm) if codec == "mp3" else pcm
    async with (
        speaking(keeps_saying(audio(b""), audio(sound)), codec=codec) as voice,
        voice.stream(conn_options=NO_RETRY) as stream,
    ):
        stream.push_text("Good morning to you all.")
        stream.end_input()
        heard = await drain(stream)
    # Two Segments, "Good morning" and the rest.
    assert 0.5 < heard.seconds < 0.7


@pytest.mark.parametrize("seconds", [0.1, 30.0], ids=["many messages", "huge messages"])
@pytest.mark.parametrize("codec", ["linear16", "mp3", "opus"])
async def test_a_server_that_never_stops_takes_neither_the_reply_nor_the_memory(
    codec: str, seconds: float
) -> None:
    """28 characters last 10 s at most, and were 650 MB after 8 s; it is tried again once,
    and nothing more is played."""
    pcm = sine(seconds)
    sound = audio(lame(pcm) if codec == "mp3" else pcm if codec == "linear16" else b"OggS" + pcm)
    async with speaking(floods(sound), codec=codec) as voice:
        process, heard = psutil.Process(), Heard()
        before = process.memory_info().rss
        async with voice.stream(conn_options=NO_RETRY) as stream:
            stream.push_text("Your appointment is at nine.")
            stream.end_input()
            with pytest.raises(APIError):
                await drain(stream, heard)
        assert heard.seconds <= 10.0
        assert process.memory_info().rss - before < 250e6
        assert voice.statistics().leased == 0
