"""The HTTP endpoints over loopback."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp
import pytest

from sandbox.conditions import Fault
from sandbox.voice import tone, wav_header

from .conftest import Start

HELLO = {"text": "Hello there.", "target_language_code": "en-IN", "speaker": "shubh"}


async def test_a_text_is_one_wav_with_its_true_length(start: Start) -> None:
    """At the requested rate."""
    server = await start()
    response = await server.post(**HELLO, model="bulbul:v3", speech_sample_rate=48000)
    answer = await response.json()
    expected = tone("Hello there.", sample_rate=48000)
    assert response.status == 200
    assert [base64.b64decode(audio) for audio in answer["audios"]] == [
        wav_header(48000, len(expected)) + expected
    ]
    assert answer["request_id"]


async def test_the_older_list_of_texts_gives_audio_for_each(start: Start) -> None:
    """The older list of texts gives audio for each."""
    server = await start()
    response = await server.post(
        inputs=["One.", "Two."], language_code="hi-IN", output_audio_codec="linear16"
    )
    audios = [base64.b64decode(audio) for audio in (await response.json())["audios"]]
    assert audios == [tone(text, sample_rate=22050) for text in ("One.", "Two.")]


async def test_the_stream_gives_audio_in_several_parts(start: Start) -> None:
    """The stream gives bare audio in several parts under its MIME type."""
    server = await start()
    response = await server.post("/stream", **HELLO, output_audio_codec="linear16")
    assert response.headers["Content-Type"] == "audio/pcm"
    assert await response.read() == tone("Hello there.", sample_rate=22050)
    response = await server.post("/stream", **HELLO)
    assert response.headers["Content-Type"] == "audio/mpeg"
    assert (await response.read()).startswith(b"\xff")


@pytest.mark.parametrize(
    ("changes", "status", "code", "words"),
    [
        ({"text": None}, 400, "invalid_request_error", "text"),
        ({"text": ""}, 400, "invalid_request_error", "text"),
        ({"text": "x" * 2501}, 400, "invalid_request_error", "2500"),
        ({"text": "..."}, 422, "unprocessable_entity_error", "allowed languages"),
        ({"target_language_code": "fr-FR"}, 400, "invalid_request_error", "language"),
        ({"speech_sample_rate": 11025}, 400, "invalid_request_error", "48000"),
        ({"speaker": "anushka"}, 400, "invalid_request_error", "not compatible"),
        ({"model": "bulbul:v2"}, 400, "invalid_request_error", "bulbul:v3"),
        ({"pitch": 0.1}, 400, "invalid_request_error", "not supported for the Bulbul V3"),
        ({"pace": 3.0}, 422, "unprocessable_entity_error", "valid dictionary"),
        ({"output_audio_codec": "opus"}, 400, "invalid_request_error", "opus"),
    ],
)
async def test_refusals_have_the_documented_status_name_and_reason(
    start: Start, changes: dict[str, Any], status: int, code: str, words: str
) -> None:
    """For each kind of invalid request."""
    response = await (await start()).post(**(HELLO | changes))
    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (status, code)
    assert words in error["message"]


@pytest.mark.parametrize("path", ["", "/stream"])
async def test_a_wrong_key_is_403(start: Start, path: str) -> None:
    """A wrong key is 403."""
    response = await (await start()).post(path, key="bad", **HELLO)
    assert response.status == 403
    assert (await response.json())["error"]["code"] == "invalid_api_key_error"


async def test_the_stream_takes_no_rate_above_24000_hz(start: Start) -> None:
    """The stream takes no rate above 24000 Hz."""
    response = await (await start()).post("/stream", **HELLO, speech_sample_rate=48000)
    assert response.status == 400


@pytest.mark.parametrize(("kind", "status"), [("quota", 429), ("refuse", 503), ("error", 503)])
@pytest.mark.parametrize("path", ["", "/stream"])
async def test_refusing_faults_are_answered_with_their_status(
    start: Start, path: str, kind: str, status: int
) -> None:
    """Quota, refusal and error are answered with their status."""
    server = await start(faults=(Fault(kind=kind),))
    response = await server.post(path, **HELLO)
    assert response.status == status
    assert "error" in await response.json()


@pytest.mark.parametrize("path", ["", "/stream"])
async def test_a_dropped_reply_has_no_proper_end(start: Start, path: str) -> None:
    """A dropped reply ends without its proper end."""
    server = await start(faults=(Fault(kind="drop"),))
    with pytest.raises(aiohttp.ClientError):
        await (await server.post(path, **HELLO)).read()


async def test_a_closed_stream_looks_complete_but_is_not(start: Start) -> None:
    """A stream that is closed politely in the middle looks whole and is not."""
    server = await start(faults=(Fault(kind="close"),))
    response = await server.post("/stream", **HELLO, output_audio_codec="linear16")
    whole = tone("Hello there.", sample_rate=22050)
    assert len(await response.read()) == pytest.approx(len(whole) / 2, abs=2)


@pytest.mark.parametrize("path", ["", "/stream"])
async def test_a_stalled_reply_never_ends(start: Start, path: str) -> None:
    """A stalled reply never ends."""
    server = await start(faults=(Fault(kind="stall"),))
    with pytest.raises(TimeoutError):
        async with server.http.post(
            server.base_url + path,
            json=HELLO,
            headers={"api-subscription-key": "key"},
            timeout=aiohttp.ClientTimeout(total=0.3),
        ) as response:
            await response.read()


async def test_garbage_is_no_json_and_no_audio(start: Start) -> None:
    """Garbage is not JSON, or bytes in place of audio."""
    server = await start(faults=(Fault(kind="garbage"),))
    response = await server.post(**HELLO)
    with pytest.raises(ValueError, match="Unterminated"):
        await response.json()
    response = await server.post("/stream", **HELLO, output_audio_codec="linear16")
    audio = await response.read()
    whole = tone("Hello there.", sample_rate=22050)
    assert len(audio) == len(whole)
    assert audio != whole


async def test_stats_list_each_synthesis_with_its_endpoint(start: Start) -> None:
    """What was synthesised is listed with its way in."""
    server = await start()
    await server.post(**HELLO)
    await (await server.post("/stream", **HELLO)).read()
    stats = await server.stats()
    assert stats["stats"]["requests"] == 2
    assert [entry["via"] for entry in stats["syntheses"]] == ["rest", "stream"]
