"""One stream over the wire: results, control messages, refusals and faults."""

from __future__ import annotations

import itertools
from typing import Any

import aiohttp
import pytest
from livekit import rtc
from livekit.agents import stt
from livekit.plugins import deepgram

from sandbox.conditions import Fault, FaultKind
from sandbox.voice import speak

from .conftest import RATE, SILENCE, Start, tone


def transcript(result: dict[str, Any]) -> str:
    """The text of a result."""
    text: str = result["channel"]["alternatives"][0]["transcript"]
    return text


async def test_each_utterance_is_the_next_text_of_the_script(start: Start) -> None:
    """In any language, whatever is said; after the last text results are empty."""
    client = await (await start(script=("नमस्ते", "நன்றி"))).connect()
    for text in ("नमस्ते", "நன்றி", ""):
        await client.say(tone())
        result = await client.final()
        assert (transcript(result), result["speech_final"]) == (text, True)


async def test_a_shared_script_continues_on_the_next_stream(start: Start) -> None:
    """As for a call that reconnects; otherwise each stream begins with the first text."""
    for shared, texts in ((True, ["one", "two"]), (False, ["one", "one"])):
        server = await start(shared_script=shared)
        heard = []
        for _ in range(2):
            client = await server.connect()
            await client.say(tone())
            heard.append(transcript(await client.final()))
        assert heard == texts


async def test_a_shared_script_may_become_longer_in_mid_stream(start: Start) -> None:
    """For a caller who decides what to say as the call goes; another script starts at its top."""
    server = await start(script=(), shared_script=True)
    client = await server.connect()
    for script, text in ((["one"], "one"), (["one", "two"], "two"), (["three"], "")):
        server.stand_in.set_options({"script": script})
        await client.say(tone())
        assert transcript(await client.final()) == text
    client = await server.connect()
    await client.say(tone())
    assert transcript(await client.final()) == "three"


async def test_a_short_pause_continues_the_same_text(start: Start) -> None:
    """The rest of its sound has no text of its own."""
    client = await (await start(script_gap=2.0)).connect()
    for text in ("one", ""):
        await client.say(tone())
        assert transcript(await client.final()) == text


async def test_speech_without_a_pause_gives_interim_results(start: Start) -> None:
    """Each with more words than the one before, and none of them final."""
    client = await (await start(script=("a long text of many words",))).connect(
        "interim_results=true&vad_events=true"
    )
    await client.say(tone(3))
    messages = [await client.receive()]
    while not messages[-1].get("is_final"):
        messages.append(await client.receive())
    assert messages[0]["type"] == "SpeechStarted"
    interim = [transcript(message) for message in messages[1:-1]]
    assert len(interim) >= 3
    assert all(after.startswith(before) for before, after in itertools.pairwise(interim))
    assert transcript(messages[-1]) == "a long text of many words"


async def test_words_have_times_within_the_utterance(start: Start) -> None:
    """In seconds of the stream."""
    client = await (await start(script=("good morning",))).connect("punctuate=true")
    await client.socket.send_bytes(SILENCE)
    await client.say(tone(0.8))
    words = (await client.final())["channel"]["alternatives"][0]["words"]
    assert [word["word"] for word in words] == ["good", "morning"]
    assert 0.9 <= words[0]["start"] < words[0]["end"] == words[1]["start"] < words[1]["end"] <= 2.1


async def test_finalize_ends_the_utterance_at_once(start: Start) -> None:
    """Without the pause after it."""
    client = await (await start()).connect()
    await client.socket.send_bytes(tone())
    await client.send("Finalize")
    result = await client.final()
    assert (transcript(result), result["from_finalize"]) == ("one", True)


async def test_the_end_of_an_utterance_is_reported_after_its_silence(start: Start) -> None:
    """With `utterance_end_ms` and interim results."""
    client = await (await start()).connect("interim_results=true&utterance_end_ms=1000")
    await client.say(tone())
    await client.socket.send_bytes(SILENCE)
    result = await client.final()
    end = await client.receive()
    assert end["type"] == "UtteranceEnd"
    assert end["last_word_end"] == result["channel"]["alternatives"][0]["words"][-1]["end"]


async def test_closing_the_stream_gives_its_results_then_its_metadata(start: Start) -> None:
    """With the duration of all audio, and close code 1000."""
    client = await (await start()).connect()
    await client.socket.send_bytes(tone(0.5))
    await client.send("CloseStream")
    assert transcript(await client.final()) == "one"
    metadata = await client.receive()
    assert (metadata["type"], metadata["duration"]) == ("Metadata", 0.5)
    assert await client.closed() == 1000


async def test_an_idle_stream_is_closed_with_its_reason(start: Start) -> None:
    """A KeepAlive counts as a message."""
    client = await (await start(idle_timeout=0.3)).connect()
    await client.send("KeepAlive")
    assert (await client.receive())["type"] == "Metadata"
    assert await client.closed() == 1011


async def test_a_message_that_is_not_valid_is_an_error_of_the_stream(start: Start) -> None:
    """The stream stays open."""
    client = await (await start()).connect()
    await client.send("Nonsense")
    assert (await client.receive())["variant"] == "SchemaError"
    await client.say(tone())
    assert transcript(await client.final()) == "one"


@pytest.mark.parametrize("key", ["", "bad-key"])
async def test_a_wrong_key_is_refused_before_the_handshake(start: Start, key: str) -> None:
    """With status 401."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
        await (await start()).connect(key=key)
    assert raised.value.status == 401


async def test_a_browsers_key_comes_as_a_subprotocol(start: Start) -> None:
    """Scheme and key; the scheme is confirmed."""
    client = await (await start()).connect(key="", protocols=("token", "key"))
    assert client.socket.protocol == "token"


@pytest.mark.parametrize(
    "query", ["encoding=opus", "multichannel=true", "channels=99", "sample_rate=1"]
)
async def test_an_unsupported_parameter_is_refused(start: Start, query: str) -> None:
    """With status 400 and its name in `dg-error`."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
        await (await start()).connect(query)
    assert raised.value.status == 400
    assert raised.value.headers is not None
    assert query.partition("=")[0] in raised.value.headers["dg-error"]


@pytest.mark.parametrize(("kind", "code"), [("drop", 1006), ("close", 1000), ("error", 1011)])
async def test_a_fault_replaces_the_final_result(start: Start, kind: FaultKind, code: int) -> None:
    """And ends the stream in its own way."""
    server = await start(faults=(Fault(kind=kind),))
    client = await server.connect()
    await client.say(tone())
    assert await client.closed() == code
    assert server.stand_in.stats["finals"] == 0
    assert server.stand_in.stats[f"faults_{kind}"] == 1


@pytest.mark.parametrize("kind", ["no_end", "garbage"])
async def test_a_lost_result_leaves_the_stream_open(start: Start, kind: FaultKind) -> None:
    """The next utterance is recognised; garbage is not JSON."""
    client = await (await start(faults=(Fault(kind=kind, times=1),))).connect()
    await client.say(tone())
    if kind == "garbage":
        with pytest.raises(ValueError, match="Expecting value"):
            await client.receive()
    await client.say(tone())
    assert transcript(await client.final()) == "two"


async def test_stats_list_each_final_result_with_its_stream(start: Start) -> None:
    """And the seconds of audio; `reset_stats` clears both."""
    server = await start()
    client = await server.connect()
    await client.say(tone())
    await client.final()
    described = server.stand_in.describe()
    assert [(one["stream"], one["text"]) for one in described["transcripts"]] == [(1, "one")]
    assert described["audio_seconds"] == pytest.approx(1.5)
    server.stand_in.account.reset()
    assert server.stand_in.describe()["transcripts"] == []


@pytest.mark.real_clock
async def test_the_plugin_transcribes_english_speech(start: Start) -> None:
    """LiveKit's plugin with only its address changed, and the real recogniser."""
    server = await start(script=None)
    pcm = await speak("what are your opening hours", sample_rate=RATE)
    provider = deepgram.STT(
        api_key="key", base_url=f"http://{server.address}/v1/listen", http_session=server.http
    )
    stream = provider.stream()
    sound = pcm + SILENCE
    stream.push_frame(rtc.AudioFrame(sound, RATE, 1, len(sound) // 2))
    stream.end_input()
    texts = [
        event.alternatives[0].text
        async for event in stream
        if event.type is stt.SpeechEventType.FINAL_TRANSCRIPT
    ]
    await provider.aclose()
    assert " ".join(texts).lower().rstrip("?.") == "what are your opening hours"
