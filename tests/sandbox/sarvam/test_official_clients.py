"""LiveKit's plugin and Sarvam's own SDK against the stand-in, unchanged."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import numpy as np
import pytest
from livekit.agents import APIConnectOptions, APIStatusError
from livekit.plugins import sarvam

from sandbox.conditions import Fault

from .conftest import Start

# The SDK still uses a part of `websockets` that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:websockets:DeprecationWarning")

GREETINGS = {
    "hi-IN": "नमस्ते, आप कैसे हैं?",
    "ta-IN": "வணக்கம், எப்படி இருக்கிறீர்கள்?",
    "te-IN": "నమస్కారం, మీరు ఎలా ఉన్నారు?",
    "kn-IN": "ನಮಸ್ಕಾರ, ಹೇಗಿದ್ದೀರಿ?",
    "ml-IN": "നമസ്കാരം, സുഖമാണോ?",
    "bn-IN": "নমস্কার, কেমন আছেন?",
    "gu-IN": "નમસ્તે, તમે કેમ છો?",
    "mr-IN": "नमस्कार, तुम्ही कसे आहात?",
    "pa-IN": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ, ਤੁਸੀਂ ਕਿਵੇਂ ਹੋ?",
    "od-IN": "ନମସ୍କାର, ଆପଣ କେମିତି ଅଛନ୍ତି?",
    "en-IN": "Hello, how are you?",
}
ONCE = APIConnectOptions(max_retry=0, timeout=2)


@pytest.fixture
def plugin() -> Any:
    """LiveKit's plugin, pointed at a server by the two addresses alone."""

    def make(server: Any, *, api_key: Any = "key", **options: Any) -> Any:
        defaults = {"model": "bulbul:v3", "speaker": "shubh", "target_language_code": "en-IN"}
        return sarvam.TTS(
            **(defaults | options),
            api_key=api_key,
            ws_url=server.ws_url,
            base_url=server.base_url,
            http_session=server.http,
        )

    return make


@pytest.fixture
async def sdk() -> AsyncIterator[Any]:
    """Sarvam's client, with only its environment changed."""
    from sarvamai import AsyncSarvamAI
    from sarvamai.environment import SarvamAIEnvironment

    async with httpx.AsyncClient() as http:

        def make(server: Any) -> Any:
            environment = SarvamAIEnvironment(
                base=f"http://{server.address}", creative="", production=f"ws://{server.address}"
            )
            return AsyncSarvamAI(
                api_subscription_key="key", environment=environment, httpx_client=http
            )

        yield make


async def collect(stream: Any) -> Any:
    async with stream:
        return [event.frame async for event in stream]


def loudness(frames: Any) -> Any:
    sound = np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])
    return np.sqrt(np.mean(sound.astype(float) ** 2))


def duration(frames: Any) -> Any:
    return sum(frame.duration for frame in frames)


@pytest.mark.parametrize(
    "codec", ["mp3", "linear16", "mulaw", "alaw", "wav", "opus", "flac", "aac"]
)
async def test_the_plugin_streams_every_codec_to_the_last_sentence(
    start: Start, plugin: Callable[..., Any], codec: str
) -> None:
    """The plugin's stream speaks every codec, to the end of the last sentence."""
    server = await start(voice="espeak")
    tts = plugin(server, output_audio_codec=codec, speech_sample_rate=24000)
    stream = tts.stream()
    stream.push_text("The clinic opens at nine in the morning. It closes at six in the evening.")
    stream.end_input()
    frames = await collect(stream)
    await tts.aclose()
    # LiveKit's FLAC decoder gives up to 0.1 s less for each piece.
    assert duration(frames) == pytest.approx(4.6, abs=0.5)
    assert loudness(frames) > 1000


@pytest.mark.parametrize("language", GREETINGS)
async def test_the_plugin_speaks_all_eleven_languages(
    start: Start, plugin: Callable[..., Any], language: Any
) -> None:
    """Each of them gives audio."""
    server = await start(voice="espeak")
    tts = plugin(server, target_language_code=language, output_audio_codec="linear16")
    stream = tts.stream()
    stream.push_text(GREETINGS[language])
    stream.end_input()
    frames = await collect(stream)
    await tts.aclose()
    assert duration(frames) > 0.7
    assert loudness(frames) > 1000


@pytest.mark.parametrize("codec", ["mp3", "linear16", "wav", "aac", "flac"])
async def test_the_plugin_synthesizes_by_rest(
    start: Start, plugin: Callable[..., Any], codec: str
) -> None:
    """The plugin's one-shot synthesis over REST gives whole audio."""
    server = await start(voice="espeak")
    tts = plugin(server, output_audio_codec=codec, speech_sample_rate=24000)
    frames = await collect(tts.synthesize("The clinic opens at nine in the morning."))
    await tts.aclose()
    assert duration(frames) == pytest.approx(2.1, abs=0.2)


async def test_the_plugin_reuses_one_socket_for_many_streams(
    start: Start, plugin: Callable[..., Any]
) -> None:
    """Each stream sends its own configuration."""
    server = await start()
    tts = plugin(server, output_audio_codec="linear16")
    for _ in range(3):
        stream = tts.stream()
        stream.push_text("Hello there, my friend.")
        stream.end_input()
        assert await collect(stream)
    await tts.aclose()
    stats = (await server.stats())["stats"]
    assert (stats["connects"], stats["configs"], stats["finals"]) == (1, 3, 3)


@pytest.mark.parametrize("style", ["number", "string", "prefix"])
@pytest.mark.parametrize("kind", ["error", "quota"])
async def test_the_plugin_reads_the_status_in_each_form_of_error(
    start: Start, plugin: Callable[..., Any], kind: str, style: str
) -> None:
    """The plugin reads the status from an error message in each of its forms."""
    server = await start(faults=(Fault(kind=kind, code=500, at=0),), code_style=style)
    tts = plugin(server, output_audio_codec="linear16")
    stream = tts.stream(conn_options=ONCE)
    stream.push_text("Hello there.")
    stream.end_input()
    with pytest.raises(APIStatusError) as caught:
        await collect(stream)
    await tts.aclose()
    assert caught.value.status_code == (429 if kind == "quota" else 500)


async def test_the_plugin_fails_with_a_bad_key(start: Start, plugin: Callable[..., Any]) -> None:
    """With a bad key the plugin fails, by REST with the status."""
    server = await start()
    tts = plugin(server, api_key="bad")
    with pytest.raises(APIStatusError) as caught:
        await collect(tts.synthesize("Hello.", conn_options=ONCE))
    await tts.aclose()
    assert caught.value.status_code == 403


async def test_the_sdk_reads_a_whole_stream_as_its_own_types(start: Start, sdk: Any) -> None:
    """The SDK's socket: configure, convert, flush, ping; audio and `final` as its own types."""
    from sarvamai import AudioOutput, EventResponse

    server = await start(voice="espeak", pong=False)
    client = sdk(server)
    audio = b""
    async with client.text_to_speech_streaming.connect(
        model="bulbul:v3", send_completion_event="true"
    ) as socket:
        await socket.configure(
            target_language_code="hi-IN", speaker="ritu", output_audio_codec="linear16"
        )
        await socket.convert(GREETINGS["hi-IN"])
        await socket.ping()
        await socket.flush()
        async for message in socket:
            if isinstance(message, EventResponse):
                break
            assert isinstance(message, AudioOutput)
            audio += base64.b64decode(message.data.audio)
    assert message.data.event_type == "final"
    assert message.data.timestamp.tzinfo is not None
    assert len(audio) / 2 / 22050 > 1


async def test_the_sdk_reads_the_error_of_a_retired_model(start: Start, sdk: Any) -> None:
    """The SDK's default speaker belongs to it; after the error the socket is closed."""
    from sarvamai import ErrorResponse

    server = await start()
    async with sdk(server).text_to_speech_streaming.connect(model="bulbul:v3") as socket:
        await socket.configure(target_language_code="hi-IN")
        messages = [message async for message in socket]
    (error,) = messages
    assert isinstance(error, ErrorResponse)
    assert "'anushka' is not compatible" in error.data.message


async def test_the_sdk_converts_by_rest_whole_and_streamed(start: Start, sdk: Any) -> None:
    """The SDK's REST calls, whole and streamed, give audio."""
    server = await start(voice="espeak")
    client = sdk(server)
    answer = await client.text_to_speech.convert(
        text="Good morning.", language_code="en-IN", model="bulbul:v3", speaker="shubh"
    )
    assert base64.b64decode(answer.audios[0]).startswith(b"RIFF")
    parts = [
        part
        async for part in client.text_to_speech.convert_stream(
            text="Good morning.", language_code="en-IN", model="bulbul:v3", speaker="shubh"
        )
    ]
    assert len(b"".join(parts)) > 5000


async def test_the_sdk_raises_its_own_error(start: Start, sdk: Any) -> None:
    """The SDK raises its own error for a refused request."""
    from sarvamai.core.api_error import ApiError

    server = await start()
    with pytest.raises(ApiError) as caught:
        await sdk(server).text_to_speech.convert(
            text="Good morning.", language_code="en-IN", model="bulbul:v2"
        )
    assert caught.value.status_code == 400


async def test_two_callers_are_served_at_the_same_time(
    start: Start, plugin: Callable[..., Any]
) -> None:
    """Two callers are served at the same time and do not hear each other."""
    server = await start()
    plugins = [plugin(server, output_audio_codec="linear16") for _ in range(2)]

    async def speak(tts: Any, text: str) -> Any:
        stream = tts.stream()
        stream.push_text(text)
        stream.end_input()
        return duration(await collect(stream))

    lengths = await asyncio.gather(
        speak(plugins[0], "A short text of one caller."), speak(plugins[1], "x" * 200)
    )
    for tts in plugins:
        await tts.aclose()
    assert lengths[0] == pytest.approx(27 / 14, abs=0.1)
    assert lengths[1] == pytest.approx(200 / 14, abs=0.1)
