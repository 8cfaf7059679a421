"""The bytes endpoint over loopback."""

from __future__ import annotations

import io

import aiohttp
import av
import numpy as np
import pytest

from sandbox.conditions import Fault
from sandbox.voice import tone, wav_header

from .conftest import Start

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
HELLO = {"model_id": "sonic-3", "voice": "a voice", "transcript": "Hello there."}


async def test_raw_audio_is_exactly_the_samples(start: Start) -> None:
    """Bare samples, exactly."""
    response = await (await start()).post(**HELLO, output_format=RAW)
    assert response.headers["Content-Type"] == "audio/pcm"
    assert await response.read() == tone("Hello there.")


async def test_a_wav_has_one_header_then_the_samples(start: Start) -> None:
    """One RIFF header, then the samples."""
    response = await (await start()).post(**HELLO, output_format=RAW | {"container": "wav"})
    assert response.headers["Content-Type"] == "audio/wav"
    assert await response.read() == wav_header(24000) + tone("Hello there.")


@pytest.mark.parametrize("encoding", ["pcm_f32le", "pcm_mulaw", "pcm_alaw"])
async def test_ffmpeg_reads_a_wav_of_each_encoding(start: Start, encoding: str) -> None:
    """Header and samples agree."""
    output = {"container": "wav", "encoding": encoding, "sample_rate": 16000}
    response = await (await start()).post(**HELLO, output_format=output)
    with av.open(io.BytesIO(await response.read())) as container:
        parts = [frame.to_ndarray()[0].astype(float) for frame in container.decode(audio=0)]
    sound = np.concatenate(parts)
    scale = 32768 if encoding == "pcm_f32le" else 1
    expected = np.frombuffer(tone("Hello there.", sample_rate=16000), "<i2")
    assert sound * scale == pytest.approx(expected, abs=600)


async def test_mp3_has_the_requested_bit_rate(start: Start) -> None:
    """As FFmpeg reads it."""
    output = {"container": "mp3", "sample_rate": 44100, "bit_rate": 64000}
    response = await (await start()).post(**HELLO, output_format=output)
    assert response.headers["Content-Type"] == "audio/mpeg"
    data = await response.read()
    assert len(data) == pytest.approx(12 / 14 * 8000, rel=0.15)


async def test_refusals_have_the_form_of_the_clients_version(start: Start) -> None:
    """A wrong request is 400 in the form of the client's version, a wrong key 401."""
    server = await start()
    new = {"X-API-Key": "key", "Cartesia-Version": "2026-08-14"}
    old = {"X-API-Key": "key", "Cartesia-Version": "2025-04-16"}
    wrong = HELLO | {"model_id": "tango"}
    response = await server.post(headers=new, **wrong, output_format=RAW)
    assert (response.status, (await response.json())["title"]) == (400, "Invalid model_id")
    response = await server.post(headers=old, **wrong, output_format=RAW)
    assert (await response.text()).startswith("Invalid model_id: ")
    response = await server.post(headers={"X-API-Key": "bad"}, **HELLO, output_format=RAW)
    assert response.status == 401


@pytest.mark.parametrize(("kind", "status"), [("quota", 429), ("refuse", 502), ("error", 502)])
async def test_refusing_faults_are_answered_with_their_status(
    start: Start, kind: str, status: int
) -> None:
    """Quota, refusal and error are answered with their status."""
    server = await start(faults=(Fault(kind=kind, code=502),))
    assert (await server.post(**HELLO, output_format=RAW)).status == status


async def test_a_dropped_reply_has_no_proper_end(start: Start) -> None:
    """A dropped reply ends without its proper end."""
    server = await start(faults=(Fault(kind="drop"),))
    with pytest.raises(aiohttp.ClientError):
        await (await server.post(**HELLO, output_format=RAW)).read()


async def test_a_closed_reply_is_short_and_garbage_keeps_the_length(start: Start) -> None:
    """Both look like a proper end to a client."""
    server = await start(faults=(Fault(kind="close"),))
    audio = await (await server.post(**HELLO, output_format=RAW)).read()
    assert len(audio) == pytest.approx(len(tone("Hello there.")) / 2, abs=2)
    server = await start(faults=(Fault(kind="garbage"),))
    audio = await (await server.post(**HELLO, output_format=RAW)).read()
    assert len(audio) == len(tone("Hello there."))
    assert audio != tone("Hello there.")


async def test_a_stalled_reply_keeps_its_place_until_the_client_leaves(start: Start) -> None:
    """A stalled reply never ends, and holds its place until the client leaves."""
    server = await start(faults=(Fault(kind="stall"),))
    with pytest.raises(TimeoutError):
        async with server.http.post(
            f"{server.base_url}/tts/bytes",
            json=HELLO | {"output_format": RAW},
            headers={"X-API-Key": "key"},
            timeout=aiohttp.ClientTimeout(total=0.3),
        ) as response:
            await response.read()
    await server.until(lambda stats: stats["active_contexts"] == 0)


async def test_a_request_counts_as_an_active_context(start: Start) -> None:
    """A request counts as a context while it lasts."""
    server = await start(concurrency_limit=1, faults=(Fault(kind="stall", times=1),))
    first = await server.post(**HELLO, output_format=RAW)
    assert first.status == 200
    assert (await server.post(**HELLO, output_format=RAW)).status == 429
