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


async def say(server: Any, text: str = TEXT, **hear: Any) -> Any:
    client = await server.connect()
    await client.config()
    await client.text(text)
    await client.flush()
    return await client.hear(**hear)


@pytest.mark.parametrize(("at", "share"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
@pytest.mark.parametrize("kind", ["drop", "close", "error"])
async def test_a_reply_is_cut_at_the_faults_fraction(
    start: Start, kind: str, at: float, share: float
) -> None:
    """A reply is cut off after exactly the given part of its audio, in the fault's own way."""
    server = await start(faults=(Fault(kind=kind, at=at, code=503),))
    heard = await say(server)
    assert len(heard.audio) == pytest.approx(share * len(tone(TEXT)), abs=2)
    assert tone(TEXT).startswith(heard.audio)
    assert heard.finals == 0
    assert heard.close_code == (1006 if kind == "drop" else 1000)
    assert [error["code"] for error in heard.errors] == ([503] if kind == "error" else [])
    assert (await server.stats())["stats"][f"faults_{kind}"] == 1


async def test_a_stalled_reply_leaves_the_socket_open_and_silent(start: Start) -> None:
    """A stalled reply stops, and the socket stays open and answers nothing any more."""
    server = await start(faults=(Fault(kind="stall", times=1),), pong=True, idle_timeout=0.1)
    client = await server.connect()
    await client.config()
    await client.text(TEXT)
    await client.flush()
    await client.text("More.")
    await client.flush()
    await client.send("ping")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await client.hear()
    stats = await server.stats()
    assert stats["connections"]["open"] == 1
    assert stats["stats"]["syntheses"] == 1


async def test_a_mute_connection_answers_nothing_not_even_a_ping(start: Start) -> None:
    """A mute connection is accepted and never answers, not even a PING."""
    server = await start(faults=(Fault(kind="mute", times=1),), idle_timeout=0.1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await say(server)
    assert (await say(server)).finals == 1


async def test_without_its_end_a_reply_has_all_audio_and_no_final(start: Start) -> None:
    """All audio comes, and no `final`."""
    server = await start(faults=(Fault(kind="no_end", times=1),), idle_timeout=0.15)
    heard = await say(server)
    assert heard.audio == tone(TEXT)
    assert (heard.finals, [error["code"] for error in heard.errors]) == (0, [408])


async def test_garbage_replaces_one_message(start: Start) -> None:
    """One message is not of the protocol; the rest of the reply comes."""
    heard = await say(await start(faults=(Fault(kind="garbage"),)))
    assert len(heard.others) == 1
    assert heard.finals == 1
    assert 0 < len(heard.audio) < len(tone(TEXT))


async def test_a_quota_fault_is_error_429_then_a_close(start: Start) -> None:
    """The provider's own refusal: 429 in an error message, then the close."""
    heard = await say(await start(faults=(Fault(kind="quota"),)))
    assert [error["code"] for error in heard.errors] == [429]
    assert (heard.audio, heard.close_code) == (b"", 1000)


@pytest.mark.parametrize("code", [500, 503])
async def test_a_refused_connection_ends_before_the_handshake(start: Start, code: int) -> None:
    """With the status of the fault."""
    server = await start(faults=(Fault(kind="refuse", code=code, times=1),))
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await server.connect()
    assert caught.value.status == code
    assert (await say(server)).finals == 1


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


async def test_messages_of_an_unknown_type_may_come_between(start: Start) -> None:
    """Messages of a type that no document names may come between the others."""
    heard = await say(await start(unknown_messages=True))
    assert heard.others == ["metrics"]
    assert heard.finals == 1


async def test_the_work_ends_when_the_client_leaves(start: Start) -> None:
    """A client that leaves in mid-reply ends the work for it."""
    latency = INSTANT.model_copy(update={"first_byte": 30.0})
    server = await start(latency=latency)
    client = await server.connect()
    await client.config()
    await client.text(TEXT)
    await server.until(lambda stats: stats["syntheses"])
    await client.socket.close()
    await server.until(lambda stats: stats["connections"]["open"] == 0)
