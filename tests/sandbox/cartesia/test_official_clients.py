"""LiveKit's plugin and Cartesia's own SDK against the stand-in, unchanged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import numpy as np
import pytest
from cartesia import AsyncCartesia, AuthenticationError, BadRequestError
from livekit.agents import APIConnectOptions, APIError, APIStatusError
from livekit.plugins import cartesia

from sandbox.conditions import Fault

from .conftest import Start

ONCE = APIConnectOptions(max_retry=0, timeout=2)
TEXT = "The clinic opens at nine in the morning. It closes at six in the evening."
VOICE = {"mode": "id", "id": "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"}
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}


def plugin(server: Any, *, api_key: Any = "key", **options: Any) -> Any:
    """LiveKit's plugin, with only its address changed."""
    return cartesia.TTS(
        api_key=api_key, base_url=server.base_url, http_session=server.http, **options
    )


@pytest.fixture
async def sdk() -> AsyncIterator[Any]:
    """Cartesia's client, with only its two addresses changed."""
    async with httpx.AsyncClient() as http:

        def make(server: Any, *, api_key: Any = "key") -> Any:
            return AsyncCartesia(
                api_key=api_key,
                base_url=server.base_url,
                websocket_base_url=f"ws://{server.address}",
                http_client=http,
                max_retries=0,
            )

        yield make


async def collect(stream: Any) -> Any:
    async with stream:
        return [event.frame async for event in stream]


def duration(frames: Any) -> Any:
    return sum(frame.duration for frame in frames)


def loudness(frames: Any) -> Any:
    sound = np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])
    return np.sqrt(np.mean(sound.astype(float) ** 2))


async def test_the_plugin_streams_to_the_last_sentence_with_word_times(start: Start) -> None:
    """The plugin's stream speaks to the end of the last sentence and knows the words' times."""
    server = await start(voice="espeak")
    tts = plugin(server)
    stream = tts.stream()
    stream.push_text(TEXT)
    stream.end_input()
    frames = await collect(stream)
    await tts.aclose()
    words = [word for frame in frames for word in frame.userdata.get("lk.timed_transcripts", [])]
    assert "".join(words).split() == TEXT.split()
    assert words[-1].end_time == pytest.approx(duration(frames), abs=0.5)
    assert duration(frames) == pytest.approx(4, abs=0.8)
    assert loudness(frames) > 1000


async def test_the_plugin_synthesizes_by_the_bytes_endpoint(start: Start) -> None:
    """The plugin's one-shot synthesis by the bytes endpoint gives whole audio."""
    server = await start(voice="espeak")
    tts = plugin(server)
    frames = await collect(tts.synthesize("The clinic opens at nine in the morning."))
    await tts.aclose()
    assert duration(frames) == pytest.approx(2.1, abs=0.3)


async def test_the_plugin_speaks_hindi(start: Start) -> None:
    """It gets audio in Devanagari."""
    server = await start(voice="espeak")
    tts = plugin(server, language="hi", word_timestamps=False)
    stream = tts.stream()
    stream.push_text("नमस्ते, आप कैसे हैं?")
    stream.end_input()
    frames = await collect(stream)
    await tts.aclose()
    assert duration(frames) > 0.7
    assert loudness(frames) > 1000


async def test_the_plugin_reuses_one_socket_for_many_streams(start: Start) -> None:
    """Each stream has its own context."""
    server = await start()
    tts = plugin(server)
    for _ in range(3):
        stream = tts.stream()
        stream.push_text("Hello there, my friend.")
        stream.end_input()
        assert await collect(stream)
    await tts.aclose()
    stats = (await server.stats())["stats"]
    assert (stats["connects"], stats["contexts"]) == (1, 3)


@pytest.mark.parametrize("kind", ["drop", "close", "error"])
async def test_a_reply_that_breaks_off_is_an_error_of_the_plugin(start: Start, kind: str) -> None:
    """A reply that breaks off before any sound is an error to the plugin."""
    server = await start(faults=(Fault(kind=kind, at=0),))
    tts = plugin(server)
    stream = tts.stream(conn_options=ONCE)
    stream.push_text("Hello there.")
    stream.end_input()
    with pytest.raises(APIError):
        await collect(stream)
    await tts.aclose()


async def test_the_plugin_gets_the_status_of_a_refusal(start: Start) -> None:
    """With a bad key the plugin fails with the status."""
    server = await start()
    tts = plugin(server, api_key="bad")
    with pytest.raises(APIStatusError) as caught:
        await collect(tts.synthesize("Hello.", conn_options=ONCE))
    assert caught.value.status_code == 401
    stream = tts.stream(conn_options=ONCE)
    stream.push_text("Hello there.")
    stream.end_input()
    with pytest.raises(APIStatusError) as caught:
        await collect(stream)
    assert caught.value.status_code == 401
    await tts.aclose()


async def test_the_sdk_reads_a_whole_context_as_its_own_types(start: Start, sdk: Any) -> None:
    """The SDK's context: pushes, a flush, word times, the end; all as its own types."""
    server = await start(voice="espeak")
    async with sdk(server).tts.websocket_connect() as connection:
        context = connection.context(
            model_id="sonic-3",
            voice=VOICE,
            output_format=RAW,
            language="en",
            add_timestamps=True,
        )
        await context.push("Good morning, ")
        await context.push("", flush=True)
        await context.push("how may I help you?")
        await context.no_more_inputs()
        events = [event async for event in context.receive()]
    kinds = [event.type for event in events]
    assert kinds[-1] == "done"
    assert kinds.count("flush_done") == 1
    audio = b"".join(event.audio for event in events if event.type == "chunk")
    assert len(audio) / 48000 > 1
    words = [
        word
        for event in events
        if event.type == "timestamps"
        for word in event.word_timestamps.words
    ]
    assert words == ["Good", "morning,", "how", "may", "I", "help", "you?"]


async def test_sdk_contexts_side_by_side(start: Start, sdk: Any) -> None:
    """Two contexts of the SDK on one connection each get their own audio."""
    server = await start()
    async with sdk(server).tts.websocket_connect() as connection:
        contexts = [
            connection.context(model_id="sonic-3", voice=VOICE, output_format=RAW) for _ in range(2)
        ]
        for context, text in zip(contexts, ("x" * 14, "y" * 28), strict=True):
            await context.push(text)
            await context.no_more_inputs()
        seconds = []
        for context in contexts:
            events = [event async for event in context.receive()]
            audio = b"".join(event.audio for event in events if event.type == "chunk")
            seconds.append(len(audio) / 48000)
    assert seconds == pytest.approx([1, 2], abs=0.01)


async def test_the_sdk_cancels_a_context(start: Start, sdk: Any) -> None:
    """The SDK's cancellation ends the context at the server."""
    server = await start(faults=(Fault(kind="stall"),))
    async with sdk(server).tts.websocket_connect() as connection:
        context = connection.context(model_id="sonic-3", voice=VOICE, output_format=RAW)
        await context.push("Hello there.")
        await server.until(lambda stats: stats["stats"].get("faults_stall"))
        await context.cancel()
        await server.until(lambda stats: stats["active_contexts"] == 0)


async def test_the_sdk_reads_the_error_of_a_context(start: Start, sdk: Any) -> None:
    """The SDK gets the error of a context with its parts."""
    server = await start()
    async with sdk(server).tts.websocket_connect() as connection:
        context = connection.context(model_id="tango", voice=VOICE, output_format=RAW)
        await context.push("Hello there.")
        events = [event async for event in context.receive()]
    (error,) = events
    assert (error.type, error.title, error.status_code) == ("error", "Invalid model_id", 400)


@pytest.mark.parametrize(
    ("output", "start_of_it"),
    [
        ({"container": "wav", "encoding": "pcm_f32le", "sample_rate": 44100}, b"RIFF"),
        ({"container": "mp3", "bit_rate": 128000, "sample_rate": 44100}, b"\xff"),
    ],
)
async def test_the_sdk_downloads_a_whole_file(
    start: Start, sdk: Any, output: dict[str, Any], start_of_it: bytes
) -> None:
    """The SDK's one call gives a whole file."""
    server = await start(voice="espeak")
    answer = await sdk(server).tts.generate(
        model_id="sonic-3", transcript="Good morning.", voice=VOICE, output_format=output
    )
    data = await answer.read()
    assert data.startswith(start_of_it)
    assert len(data) > 8000


async def test_the_sdk_raises_its_own_errors(start: Start, sdk: Any) -> None:
    """The SDK raises its own errors for a bad key and for a bad request."""
    server = await start()
    call = {"transcript": "Hello.", "voice": VOICE, "output_format": RAW}
    with pytest.raises(AuthenticationError):
        await sdk(server, api_key="bad").tts.generate(model_id="sonic-3", **call)
    with pytest.raises(BadRequestError):
        await sdk(server).tts.generate(model_id="tango", **call)
