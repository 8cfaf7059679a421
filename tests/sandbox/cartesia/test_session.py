"""The WebSocket over loopback: contexts, flushes, words, time, limits."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import numpy as np
import pytest

from sandbox.conditions import INSTANT
from sandbox.voice import tone

from .conftest import Start

LONG = "This is a sentence that is spoken for some seconds, so that it can be cut."


async def test_one_request_gives_chunks_then_done(start: Start) -> None:
    """A text that is not continued gives its audio in several chunks, then `done`."""
    client = await (await start()).connect()
    await client.send(LONG)
    heard = await client.hear()
    assert heard.audio == {"one": tone(LONG)}
    assert len(heard.of("chunk")) > 2
    assert heard.messages[-1] == {
        "type": "done",
        "done": True,
        "status_code": 206,
        "context_id": "one",
    }
    assert all(not message["done"] for message in heard.of("chunk"))


async def test_pieces_of_a_context_are_spoken_in_order(start: Start) -> None:
    """Pieces of one context are spoken in order; an empty last piece ends it."""
    client = await (await start()).connect()
    for text in ("First part. ", "Second part. "):
        await client.send(text, **{"continue": True})
    await client.send("")
    heard = await client.hear()
    assert heard.audio["one"] == tone("First part. ") + tone("Second part. ")
    assert len(heard.of("done")) == 1


async def test_contexts_are_spoken_side_by_side(start: Start) -> None:
    """A short context is done while a longer one is still being spoken."""
    latency = INSTANT.model_copy(update={"real_time_factor": 0.05})
    client = await (await start(latency=latency)).connect()
    await client.send(LONG * 2, context_id="long")
    await client.send("Short.", context_id="short")
    heard = await client.hear(times=2)
    assert [message["context_id"] for message in heard.of("done")] == ["short", "long"]
    assert heard.audio == {"long": tone(LONG * 2), "short": tone("Short.")}


async def test_a_flush_is_answered_and_numbers_the_audio(start: Start) -> None:
    """A flush is answered, and the audio on both sides of it has its number."""
    client = await (await start()).connect()
    await client.send("First", max_buffer_delay_ms=5000, **{"continue": True})
    await client.send("", flush=True, **{"continue": True})
    await client.send("Second", max_buffer_delay_ms=5000)
    heard = await client.hear()
    (flushed,) = heard.of("flush_done")
    assert (flushed["flush_done"], flushed["flush_id"]) == (True, 1)
    place = heard.messages.index(flushed)
    for number, messages in ((1, heard.messages[:place]), (2, heard.messages[place + 1 : -1])):
        assert {message["flush_id"] for message in messages} == {number}
    assert heard.audio["one"] == tone("First") + tone("Second")


async def test_text_without_an_end_waits_for_the_buffer_delay(start: Start) -> None:
    """Text without an end waits for the delay the client allows."""
    client = await (await start()).connect()
    began = asyncio.get_running_loop().time()
    await client.send("Hello there", max_buffer_delay_ms=150, **{"continue": True})
    heard = await client.hear(until=("chunk",))
    assert set(heard.audio) == {"one"}
    assert asyncio.get_running_loop().time() - began >= 0.15


@pytest.mark.parametrize("voice", ["espeak", "tone"])
async def test_every_word_has_its_time_within_the_context(start: Start, voice: str) -> None:
    """Every word has its time, running on through the whole context."""
    client = await (await start(voice=voice)).connect()
    await client.send("Hello there, friend. ", add_timestamps=True, **{"continue": True})
    await client.send("Good bye.", add_timestamps=True)
    heard = await client.hear()
    messages = [message["word_timestamps"] for message in heard.of("timestamps")]
    words = [word for message in messages for word in message["words"]]
    starts = [time for message in messages for time in message["start"]]
    ends = [time for message in messages for time in message["end"]]
    assert words == ["Hello", "there,", "friend.", "Good", "bye."]
    assert starts == sorted(starts)
    assert all(begin < end for begin, end in zip(starts, ends, strict=True))
    assert ends[-1] == pytest.approx(len(heard.audio["one"]) / 48000, abs=0.1)


async def test_no_word_times_unless_wanted(start: Start) -> None:
    """A client that requests no word times gets none."""
    client = await (await start()).connect()
    await client.send("Hello there.")
    assert (await client.hear()).of("timestamps") == []


async def test_a_cancelled_context_is_silent_and_others_continue(start: Start) -> None:
    """It sends nothing more, not even `done`."""
    latency = INSTANT.model_copy(update={"real_time_factor": 0.2})
    server = await start(latency=latency)
    client = await server.connect()
    await client.send(LONG, context_id="gone")
    await client.hear(until=("chunk",))
    await client.cancel("gone")
    await client.send("Short.", context_id="next")
    heard = await client.hear()
    assert heard.messages[-1]["context_id"] == "next"
    await server.until(lambda stats: stats["active_contexts"] == 0)
    await client.send("More.", context_id="gone")
    (error,) = (await client.hear()).of("error")
    assert (error["status_code"], error["message"]) == (400, "Context has closed.")


async def test_an_unknown_context_can_be_cancelled(start: Start) -> None:
    """A context that is not there can be cancelled without harm."""
    client = await (await start()).connect()
    await client.cancel("nobody")
    await client.send("Hello.")
    assert (await client.hear()).audio["one"] == tone("Hello.")


@pytest.mark.parametrize("changes", [{"voice": "another"}, {"language": "hi"}])
async def test_another_voice_within_a_context_is_refused(
    start: Start, changes: dict[str, Any]
) -> None:
    """Another voice or language within a context is refused."""
    client = await (await start()).connect()
    await client.send("Hello. ", **{"continue": True})
    await client.send("There.", **changes)
    (error,) = (await client.hear()).of("error")
    assert (error["message"], error["context_id"]) == ("Context has closed.", "one")


async def test_a_context_expires_after_its_last_audio(start: Start) -> None:
    """Later text is refused."""
    client = await (await start(context_expiry=0.1)).connect()
    await client.send("Hello. ", **{"continue": True})
    heard = await client.hear()
    assert heard.audio["one"] == tone("Hello. ")
    assert [message["context_id"] for message in heard.of("done")] == ["one"]
    await client.send("More.")
    (error,) = (await client.hear()).of("error")
    assert error["message"] == "Context has closed."


async def test_a_context_without_a_word_ends_with_an_error(start: Start) -> None:
    """The error also ends the context."""
    client = await (await start()).connect()
    await client.send(" ")
    (error,) = (await client.hear()).of("error")
    assert (error["done"], error["status_code"]) == (True, 400)
    assert error["message"] == "No valid transcripts passed."


async def test_an_invalid_message_leaves_the_connection_open(start: Start) -> None:
    """The client gets an error for it."""
    server = await start()
    client = await server.connect()
    await client.socket.send_str("nonsense")
    await client.send("Hello.", model_id="tango")
    heard = await client.hear(times=2)
    assert [error.get("context_id") for error in heard.of("error")] == [None, "one"]
    await client.send("Hello.")
    assert (await client.hear()).of("done")
    assert (await server.stats())["stats"]["errors_400"] == 2


async def test_older_clients_get_errors_as_text(start: Start) -> None:
    """A client of an older version gets errors as one line of text."""
    client = await (await start()).connect(query="cartesia_version=2025-04-16")
    await client.send("Hello.", model_id="tango")
    (error,) = (await client.hear()).of("error")
    assert error["error"].startswith("Invalid model_id: The model is not valid")
    assert "title" not in error


@pytest.mark.parametrize(
    ("encoding", "width"), [("pcm_s16le", 2), ("pcm_f32le", 4), ("pcm_mulaw", 1), ("pcm_alaw", 1)]
)
async def test_every_encoding_has_the_same_number_of_samples(
    start: Start, encoding: str, width: int
) -> None:
    """Every encoding of bare samples has as many samples."""
    client = await (await start()).connect()
    output = {"container": "raw", "encoding": encoding, "sample_rate": 8000}
    await client.send("Hello there.", output_format=output)
    audio = (await client.hear()).audio["one"]
    expected = tone("Hello there.", sample_rate=8000)
    assert len(audio) / width == len(expected) / 2
    if encoding == "pcm_f32le":
        assert np.frombuffer(audio, "<f4") * 32768 == pytest.approx(np.frombuffer(expected, "<i2"))


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-API-Key": "key"}, ""),
        ({"Authorization": "Bearer key"}, ""),
        ({"User-Agent": "a browser"}, "api_key=key"),
        ({"User-Agent": "a browser"}, "access_token=key"),
    ],
)
async def test_ways_to_give_the_key(start: Start, headers: dict[str, Any], query: str) -> None:
    """The key may come in either header or, from a browser, in the URL."""
    server = await start(allowed_keys=frozenset({"key"}))
    await server.connect(headers=headers, query=query)
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect(
            headers={name: value.replace("key", "other") for name, value in headers.items()},
            query=query.replace("=key", "=other"),
        )
    assert caught.value.status == 401


async def test_the_handshake_has_a_request_id(start: Start) -> None:
    """The handshake names the request."""
    client = await (await start()).connect()
    assert client.socket._response.headers["X-Request-Id"]


async def test_one_context_too_many_is_refused(start: Start) -> None:
    """One context too many is refused with 429, and there is room again after the first."""
    latency = INSTANT.model_copy(update={"first_byte": 0.1})
    server = await start(latency=latency, concurrency_limit=1)
    client = await server.connect()
    await client.send("First.", context_id="first")
    await client.send("Second.", context_id="second")
    heard = await client.hear(times=2)
    (error,) = heard.of("error")
    assert (error["context_id"], error["error_code"]) == ("second", "concurrency_limited")
    assert heard.audio == {"first": tone("First.")}
    await server.until(lambda stats: stats["active_contexts"] == 0)
    await client.send("Third.", context_id="third")
    assert (await client.hear()).of("done")


async def test_ten_sockets_are_allowed_for_each_context(start: Start) -> None:
    """Ten sockets are allowed for each context; one more is refused with 429."""
    server = await start(concurrency_limit=1)
    for _ in range(10):
        await server.connect()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect()
    assert caught.value.status == 429


async def test_an_idle_socket_is_closed_without_an_error(start: Start) -> None:
    """A socket on which nothing is asked is closed, without an error."""
    client = await (await start(idle_timeout=0.1)).connect()
    heard = await client.hear()
    assert (heard.messages, heard.close_code) == ([], 1000)


async def test_delays_are_the_simulated_ones(start: Start) -> None:
    """The first chunk comes after the round trip and the model's first byte."""
    latency = INSTANT.model_copy(update={"round_trip": 0.04, "first_byte": 0.1})
    server = await start(latency=latency)
    client = await server.connect()
    began = asyncio.get_running_loop().time()
    await client.send("Hello.")
    await client.hear(until=("chunk",))
    assert asyncio.get_running_loop().time() - began == pytest.approx(0.14, abs=0.01)


async def test_stats_list_syntheses_and_control_resets_them(start: Start) -> None:
    """`/_control` also changes options."""
    server = await start()
    client = await server.connect()
    await client.send("Hello.")
    await client.hear()
    stats = await server.stats()
    assert stats["stats"] == {
        "connects": 1,
        "contexts": 1,
        "characters": 6,
        "syntheses": 1,
        "synthesised_characters": 6,
    }
    (entry,) = stats["syntheses"]
    assert (entry["text"], entry["speaker"], entry["via"]) == ("Hello.", "a voice", "websocket")
    body = {"options": {"concurrency_limit": 3}, "reset_stats": True}
    async with server.http.post(f"{server.base_url}/_control", json=body) as response:
        described = await response.json()
    assert described["options"]["concurrency_limit"] == 3
    assert (described["stats"], described["syntheses"]) == ({}, [])
