"""Each fault on demand, over loopback."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.conditions import INSTANT, Fault
from sandbox.voice import tone

from .conftest import Start

TEXT = "This is a sentence that is spoken for some seconds, so that it can be cut."


async def say(server: Any, text: str = TEXT) -> Any:
    client = await server.connect()
    await client.send(text)
    return await client.hear()


@pytest.mark.parametrize(("at", "share"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
@pytest.mark.parametrize("kind", ["drop", "close", "error"])
async def test_a_reply_is_cut_at_the_faults_fraction(
    start: Start, kind: str, at: float, share: float
) -> None:
    """A reply is cut off after exactly the given part of its audio, in the fault's own way."""
    server = await start(faults=(Fault(kind=kind, at=at, code=503),))
    heard = await say(server)
    audio = heard.audio.get("one", b"")
    assert len(audio) == pytest.approx(share * len(tone(TEXT)), abs=2)
    assert heard.of("done") == []
    assert heard.close_code == {"drop": 1006, "close": 1000, "error": None}[kind]
    assert [error["status_code"] for error in heard.of("error")] == (
        [503] if kind == "error" else []
    )
    assert (await server.stats())["stats"][f"faults_{kind}"] == 1


async def test_error_ends_the_context_alone(start: Start) -> None:
    """After an error in one context the connection serves the next."""
    server = await start(faults=(Fault(kind="error", times=1),))
    client = await server.connect()
    await client.send(TEXT)
    assert (await client.hear()).of("error")
    await client.send(TEXT, context_id="two")
    assert (await client.hear()).audio == {"two": tone(TEXT)}


async def test_a_stalled_context_stops_and_others_continue(start: Start) -> None:
    """A stalled context stops for good; others on the same connection are served."""
    server = await start(faults=(Fault(kind="stall", times=1),))
    client = await server.connect()
    await client.send(TEXT)
    await server.until(lambda stats: stats["stats"].get("faults_stall"))
    await client.send(TEXT, context_id="two")
    heard = await client.hear()
    assert heard.messages[-1]["context_id"] == "two"
    assert len(heard.audio["one"]) < len(tone(TEXT))
    assert (await server.stats())["active_contexts"] == 1


async def test_a_mute_connection_never_answers(start: Start) -> None:
    """A mute connection is accepted and never answers."""
    server = await start(faults=(Fault(kind="mute", times=1),))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await say(server)
    assert (await server.stats())["stats"].get("syntheses", 0) == 0
    assert (await say(server)).of("done")


async def test_without_its_end_a_reply_has_all_audio_and_no_done(start: Start) -> None:
    """All audio comes, and no `done`."""
    server = await start(faults=(Fault(kind="no_end", times=1),))
    client = await server.connect()
    await client.send("Hello.")
    await server.until(lambda stats: stats["stats"].get("faults_no_end"))
    await client.send("Next.", context_id="two")
    heard = await client.hear()
    assert heard.audio == {"one": tone("Hello."), "two": tone("Next.")}
    assert [message["context_id"] for message in heard.of("done")] == ["two"]


async def test_garbage_replaces_one_message(start: Start) -> None:
    """One message is not of the protocol; the rest of the reply comes."""
    heard = await say(await start(faults=(Fault(kind="garbage"),)))
    assert len(heard.garbage) == 1
    assert len(heard.of("done")) == 1
    assert 0 < len(heard.audio["one"]) < len(tone(TEXT))


async def test_a_quota_fault_is_the_providers_concurrency_error(start: Start) -> None:
    """The provider's own refusal, as if too many contexts were active."""
    heard = await say(await start(faults=(Fault(kind="quota"),)))
    assert [error["error_code"] for error in heard.of("error")] == ["concurrency_limited"]


async def test_a_refused_connection_ends_before_the_handshake(start: Start) -> None:
    """With the status of the fault."""
    server = await start(faults=(Fault(kind="refuse", code=500, times=1),))
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect()
    assert caught.value.status == 500
    assert (await say(server)).of("done")


async def test_a_slow_reply_takes_longer_by_its_factor(start: Start) -> None:
    """A slow reply takes as many times longer as the fault says; the next is quick again."""
    latency = INSTANT.model_copy(update={"first_byte": 0.05})
    server = await start(latency=latency, faults=(Fault(kind="slow", factor=5, times=1),))
    loop = asyncio.get_running_loop()
    took = []
    for _ in range(2):
        began = loop.time()
        await say(server, "Hello.")
        took.append(loop.time() - began)
    assert took[0] >= 0.25
    assert took[1] < took[0] / 2
