"""The WebSocket over loopback: handshake, order, time, limits."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.conditions import INSTANT
from sandbox.voice import signature, signature_of, tone

from .conftest import Start

LONG = "This sentence is longer than the fifty characters that are waited for."


def seconds(audio: Any, *, rate: int = 24000) -> Any:
    return len(audio) / 2 / rate


async def say(client: Any, text: str, **config: Any) -> Any:
    await client.config(**config)
    await client.text(text)
    await client.flush()
    return await client.hear()


async def test_it_speaks_the_texts_it_is_sent(start: Start) -> None:
    """One utterance: audio of that text in several messages, then one `final`."""
    client = await (await start()).connect()
    heard = await say(client, "Hello there, my friend.")
    assert heard.audio == tone("Hello there, my friend.")
    assert heard.finals == 1
    assert len(heard.lengths) > 2
    assert set(heard.types) == {"audio/pcm"}


async def test_the_first_message_is_shorter_than_the_others(start: Start) -> None:
    """The first message of a synthesis holds 100 to 200 ms, the others up to 550 ms."""
    client = await (await start()).connect()
    first, *rest = (await say(client, LONG)).lengths
    assert 0.1 <= first / 48000 <= 0.2
    assert all(length / 48000 <= 0.551 for length in rest)


@pytest.mark.parametrize("path", ["", "/v2"])
async def test_both_paths_serve_the_same(start: Start, path: str) -> None:
    """`/ws` and `/ws/v2`."""
    client = await (await start()).connect(path=path, query="model=bulbul:v4-flash")
    heard = await say(client, "Hello.", speaker="shubh_en_sports", model="bulbul:v4-flash")
    assert heard.finals == 1


async def test_each_flush_gets_its_final_after_its_audio(start: Start) -> None:
    """In the order of the flushes."""
    client = await (await start()).connect()
    await client.config()
    for text in ("First sentence.", "Second sentence."):
        await client.text(text)
        await client.flush()
    first, second = await client.hear(), await client.hear()
    assert first.audio == tone("First sentence.")
    assert second.audio == tone("Second sentence.")


async def test_fifty_characters_are_spoken_without_a_flush(start: Start) -> None:
    """Fifty characters are spoken at once; the rest waits for the flush."""
    server = await start()
    client = await server.connect()
    await client.config()
    await client.text(LONG)
    await client.text("Rest.")
    await client.flush()
    heard = await client.hear()
    assert heard.audio == tone(LONG) + tone("Rest.")
    assert heard.finals == 1


async def test_pieces_of_a_long_text(start: Start) -> None:
    """A text longer than `max_chunk_length` is spoken sentence by sentence."""
    server = await start()
    client = await server.connect()
    await say(client, "One sentence is here. Another one is there.", max_chunk_length=50)
    await client.config(max_chunk_length=50, min_buffer_size=200)
    await client.text("First sentence of them all. Second sentence of them all.")
    await client.flush()
    await client.hear()
    texts = [entry["text"] for entry in (await server.stats())["syntheses"]]
    assert texts[1:] == ["First sentence of them all. ", "Second sentence of them all."]


@pytest.mark.parametrize("flag", ["false", "False", "0"])
async def test_a_client_that_asks_for_no_finals_gets_none(start: Start, flag: str) -> None:
    """By a parameter of the URL."""
    server = await start(idle_timeout=0.15)
    client = await server.connect(query=f"model=bulbul:v3&send_completion_event={flag}")
    heard = await say(client, "Hello.")
    assert (heard.finals, len(heard.errors)) == (0, 1)
    assert heard.audio == tone("Hello.")


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000])
async def test_the_audio_has_the_requested_rate_and_pace(start: Start, rate: int) -> None:
    """As measured in the sound."""
    client = await (await start()).connect()
    heard = await say(client, "x" * 28, speech_sample_rate=rate, pace=2.0)
    assert seconds(heard.audio, rate=rate) == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("key", ["", "bad", "bad-key"])
async def test_a_wrong_key_is_refused_before_the_handshake(start: Start, key: str) -> None:
    """With status 403."""
    server = await start()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect(key=key)
    assert caught.value.status == 403


async def test_a_list_of_keys_excludes_all_others(start: Start) -> None:
    """Also those that are usually accepted."""
    server = await start(allowed_keys=frozenset({"mine"}))
    await server.connect(key="mine")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await server.connect(key="yours")
    assert "mine" not in str(await server.stats())


async def test_another_path_is_refused_like_a_bad_key(start: Start) -> None:
    """A handshake on another path is answered as one with a bad key."""
    server = await start()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.http.ws_connect(server.base_url.replace("http", "ws") + "/stream")
    assert caught.value.status == 403


async def test_a_browsers_key_comes_as_a_subprotocol(start: Start) -> None:
    """A browser's key comes as a subprotocol, which is confirmed."""
    server = await start()
    client = await server.connect(key="", protocols=("api-subscription-key.abc",))
    assert client.socket.protocol == "api-subscription-key.abc"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await server.connect(key="", protocols=("api-subscription-key.bad",))


async def test_the_model_is_the_one_in_the_url(start: Start) -> None:
    """Not the one in the configuration."""
    client = await (await start()).connect(query="model=bulbul:v4-flash")
    heard = await say(client, "Hello.", model="bulbul:v3", speaker="shubh")
    assert heard.errors[0]["message"] == (
        "400: Speaker 'shubh' is not compatible with model bulbul:v4-flash"
    )
    assert "code" not in heard.errors[0]
    assert heard.close_code == 1000


async def test_a_schema_error_closes_without_a_final(start: Start) -> None:
    """A schema fault gives one error message and close code 1000, never a `final`."""
    server = await start()
    heard = await say(await server.connect(), "Hello.", min_buffer_size=10)
    assert [error["code"] for error in heard.errors] == [422]
    assert heard.errors[0]["message"] == "Input parameters has to be a valid dictionary"
    assert (heard.finals, heard.close_code, heard.audio) == (0, 1000, b"")
    assert (await server.stats())["stats"]["errors_422"] == 1


async def test_a_binary_message_is_refused(start: Start) -> None:
    """A binary message is no part of the protocol."""
    client = await (await start()).connect()
    await client.socket.send_bytes(b"\x00\x01")
    assert (await client.hear()).errors[0]["code"] == 422


@pytest.mark.parametrize(
    "codec", ["mp3", "linear16", "mulaw", "alaw", "wav", "opus", "flac", "aac"]
)
async def test_every_codec_has_its_own_content_type(start: Start, codec: str) -> None:
    """Every codec gives audio under its own content type."""
    client = await (await start()).connect()
    heard = await say(client, "Hello there.", output_audio_codec=codec)
    assert heard.finals == 1
    assert set(heard.types) == {"audio/pcm" if codec == "linear16" else f"audio/{codec}"}
    marks = {"wav": b"RIFF", "opus": b"OggS", "flac": b"fLaC", "aac": b"\xff\xf1", "mp3": b"\xff"}
    assert heard.audio.startswith(marks.get(codec, b""))


@pytest.mark.parametrize(("header", "count"), [("utterance", 2), ("socket", 1)])
async def test_a_wav_header_begins_each_utterance_or_the_socket(
    start: Start, header: str, count: int
) -> None:
    """The RIFF header begins each utterance, or only the first of a socket."""
    client = await (await start(wav_header=header)).connect()
    await client.config(output_audio_codec="wav", max_chunk_length=50)
    heard = b""
    for _ in range(2):
        await client.text(LONG)
        await client.flush()
        heard += (await client.hear()).audio
    assert heard.count(b"RIFF") == count


async def test_two_syntheses_differ_within_the_pace_spread(start: Start) -> None:
    """Two syntheses of a text are not alike, within the spread; without one they are."""
    text = "Hello there, friend."
    for spread, lengths in ((0.0, 1), (0.05, 3)):
        client = await (await start(pace_spread=spread)).connect()
        await client.config(output_audio_codec="linear16", speech_sample_rate="8000")
        heard = []
        for _ in range(3):
            await client.text(text)
            await client.flush()
            heard.append(len((await client.hear()).audio) / 2 / 8000)
        assert len(set(heard)) == lengths
        assert all(abs(seconds * 14 / len(text) - 1) < spread + 0.01 for seconds in heard)


async def test_messages_cut_inside_samples_join_to_whole_audio(start: Start) -> None:
    """Messages may be cut in mid-sample; joined they are whole."""
    client = await (await start(odd_cuts=True)).connect()
    heard = await say(client, LONG)
    assert heard.audio == tone(LONG)
    assert all(length % 2 for length in heard.lengths[:-1])


async def test_an_idle_client_gets_error_408_and_a_close(start: Start) -> None:
    """After `idle_timeout` seconds."""
    server = await start(idle_timeout=0.1)
    client = await server.connect()
    heard = await client.hear()
    assert [error["code"] for error in heard.errors] == [408]
    assert heard.close_code == 1000


@pytest.mark.parametrize("counts", [False, True])
async def test_a_websocket_ping_counts_as_a_message_only_by_an_option(
    start: Start, counts: bool
) -> None:
    """A WebSocket PING is answered; whether it counts against idleness is a setting."""
    server = await start(idle_timeout=0.25, protocol_ping_resets_idle=counts)
    # aiohttp's client sends PINGs, and hangs up if one is not answered.
    client = await server.connect(heartbeat=0.1)
    try:
        async with asyncio.timeout(0.6):
            heard = await client.hear()
    except TimeoutError:
        assert counts
    else:
        assert not counts
        assert [error["code"] for error in heard.errors] == [408]


async def test_a_json_ping_counts_as_a_message(start: Start) -> None:
    """A JSON ping counts against idleness and is answered only where that is a setting."""
    server = await start(idle_timeout=0.25, pong=True)
    client = await server.connect()
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < 0.4:
        await client.send("ping")
        heard = await client.hear(finals=0, others=1)
        assert (heard.others, heard.errors) == (["pong"], [])
        await asyncio.sleep(0.05)
    assert (await server.stats())["stats"]["pings"] > 2


async def test_one_socket_too_many_is_refused(start: Start) -> None:
    """With status 429; a socket that closes makes room."""
    server = await start(concurrency_limit=2)
    first = await server.connect()
    await server.connect()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect()
    assert caught.value.status == 429
    await first.socket.close()
    await server.until(lambda stats: stats["connections"]["open"] == 1)
    await server.connect()
    assert (await server.stats())["connections"] == {"open": 2, "peak": 2}


async def test_sockets_opened_together_keep_to_the_limit(start: Start) -> None:
    """Of ten sockets opened at once, only the allowed number is accepted."""
    latency = INSTANT.model_copy(update={"round_trip": 0.02})
    server = await start(latency=latency, concurrency_limit=3)
    answers = await asyncio.gather(*(server.connect() for _ in range(10)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, aiohttp.WSServerHandshakeError)]
    assert [answer.status for answer in refused] == [429] * 7


@pytest.mark.parametrize("style", ["number", "string", "prefix"])
async def test_an_errors_status_comes_in_three_forms(start: Start, style: str) -> None:
    """An error's status comes as a number, a string, or before the message."""
    client = await (await start(code_style=style)).connect()
    (error,) = (await say(client, "...")).errors
    message = "400: Text must contain at least one character from the allowed languages."
    assert (error.get("code"), error["message"]) == {
        "number": (422, message),
        "string": ("422", message),
        "prefix": (None, f"422: {message}"),
    }[style]


async def test_delays_are_the_simulated_ones(start: Start) -> None:
    """First audio comes after round trip and first byte, the rest at the real-time factor."""
    latency = INSTANT.model_copy(
        update={"round_trip": 0.04, "first_byte": 0.1, "per_character": 0.001,
                "real_time_factor": 0.05}
    )  # fmt: skip
    server = await start(latency=latency)
    loop = asyncio.get_running_loop()
    began = loop.time()
    client = await server.connect()
    connected = loop.time()
    # TCP, TLS and the upgrade: a round trip each.
    assert connected - began == pytest.approx(0.12, abs=0.01)
    await client.config()
    await client.text(LONG)
    await client.flush()
    await client.socket.receive(timeout=5)
    first = loop.time()
    assert first - connected == pytest.approx(0.04 + 0.1 + 0.001 * len(LONG), abs=0.01)
    length = seconds((await client.hear()).audio)
    assert loop.time() - first == pytest.approx(0.05 * length, abs=0.03)


async def test_real_synthesis_happens_within_the_simulated_wait(start: Start) -> None:
    """Making the real audio happens within the simulated wait, not after it."""
    latency = INSTANT.model_copy(update={"first_byte": 0.2})
    client = await (await start(latency=latency, voice="espeak")).connect()
    await client.config()
    began = asyncio.get_running_loop().time()
    await client.text(LONG * 4)
    await client.socket.receive(timeout=5)
    assert 0.2 <= asyncio.get_running_loop().time() - began < 0.45


async def test_stats_list_what_was_sent_and_synthesised(start: Start) -> None:
    """Each synthesis has its text, model, speaker and socket."""
    server = await start()
    one, two = await server.connect(), await server.connect()
    await say(one, "First.")
    await say(two, "Second.")
    stats = await server.stats()
    assert stats["stats"] == {
        "connects": 2,
        "configs": 2,
        "texts": 2,
        "characters": 13,
        "flushes": 2,
        "finals": 2,
        "syntheses": 2,
        "synthesised_characters": 13,
    }
    billed = [(entry["connection"], entry["text"]) for entry in stats["syntheses"]]
    assert billed == [(1, "First."), (2, "Second.")]
    assert {entry["via"] for entry in stats["syntheses"]} == {"websocket"}


async def test_options_change_while_the_stand_in_runs(start: Start) -> None:
    """Invalid ones are refused with a message and change nothing."""
    server = await start()
    status, described = await server.control(options={"pong": True})
    assert (status, described["options"]["pong"]) == (200, True)
    for wrong in ({"pang": True}, {"idle_timeout": 0}, {"chunk": [0.5, 0.1]}):
        status, answer = await server.control(options=wrong)
        assert status == 400
        assert next(iter(wrong)) in answer["error"]
    client = await server.connect()
    await say(client, "Hello.")
    _, described = await server.control(reset_stats=True)
    assert (described["stats"], described["syntheses"]) == ({}, [])
    assert described["connections"] == {"open": 1, "peak": 1}


async def test_tones_identify_the_text_of_each_piece(start: Start) -> None:
    """In tone mode each piece of audio says which text it is of."""
    client = await (await start()).connect()
    await client.config()
    for text in ("First sentence here.", "Second sentence here."):
        await client.text(text)
        await client.flush()
        audio = (await client.hear()).audio
        assert signature(audio, sample_rate=24000) == signature_of(text)
