"""What one call may cost, in a real room: a caller who types without end, and one who is silent."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import numpy as np
import psutil
import pytest
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.listing import entries

from sandbox.caller.client import CallError, RoomClient, caller_token, dial
from sandbox.stack.stack import Stack, stack
from sandbox.voice.pcm import Samples
from tests.support.clinic import phrases

pytestmark = pytest.mark.real_time

CHAT = "lk.chat"
PRE_CONNECT = "lk.agent.pre-connect-audio-buffer"
RATE = 24_000
SILENT = 6.0
SAID = phrases("en-IN")


@asynccontextmanager
async def greeted(running: Stack, room: str) -> AsyncIterator[RoomClient]:
    """A call whose greeting has been heard."""
    token = caller_token(running.api_key, running.api_secret, room=room, identity="caller")
    async with dial(running.livekit_url, token, identity="caller") as caller:
        assert await caller.until(
            lambda _: SAID.greeting in words(caller) and caller.turn_taking.state == "listening",
            timeout=60,
        )
        yield caller


def words(caller: RoomClient) -> str:
    """All that the agent has said."""
    return caller.transcript.text("agent", 0, float("inf"))


async def requests(running: Stack) -> int:
    """How often the language model was asked."""
    url = f"http://{running.stand_ins['openai']}/_stats"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return int((await answer.json())["stats"].get("streams", 0))


def memory() -> float:
    """Megabytes of the largest process below this one: the job's, as calls go."""
    below = psutil.Process().children(recursive=True)
    return max(process.memory_info().rss for process in below) / 1e6


@pytest.mark.timeout(300)
async def test_a_caller_who_types_without_end_is_warned_and_costs_nothing(make_options):
    """3 MB at once, a stream that does not end, and a thousand texts: one notice each, no request,
    no memory; the call goes on."""
    async with stack(make_options()) as running, greeted(running, "typing") as caller:
        before, used = await requests(running), memory()
        typist = caller._room.local_participant
        await typist.send_text("x" * 3_000_000, topic=CHAT)
        assert await caller.until(lambda _: SAID.too_long_notice in words(caller), timeout=60)
        endless = await typist.stream_text(topic=CHAT)
        for _ in range(100):
            await endless.write("x" * 15_000)
        assert await requests(running) == before
        assert memory() - used < 30
        asked = time.monotonic()
        await typist.send_text("When are you open?", topic=CHAT)
        assert await caller.until(
            lambda now: bool(caller.transcript.text("agent", asked, now)), timeout=60
        )
        assert await requests(running) == before + 1
        flood = asyncio.gather(
            *(typist.send_text("Well?", topic=CHAT) for _ in range(1_000)), return_exceptions=True
        )
        # One that is lost where the server stalls is never answered.
        with suppress(TimeoutError):
            await asyncio.wait_for(flood, 60)
        assert await caller.until(lambda _: SAID.too_many_notice in words(caller), timeout=60)
        minutes = 1 + (time.monotonic() - asked) // 60
        assert await requests(running) <= before + 12 * minutes


@pytest.mark.timeout(300)
async def test_audio_from_before_the_call_costs_nothing(make_options):
    """LiveKit's reader of it would make empty frames for ever at a rate of 0, and keep what no
    track asks for."""
    async with stack(make_options()) as running, greeted(running, "streams") as caller:
        used, sender = memory(), caller._room.local_participant
        for rate in ("0", "-24000", "24000"):
            about = {"trackId": f"none-{rate}", "sampleRate": rate, "channels": "1"}
            writer = await sender.stream_bytes("audio", topic=PRE_CONNECT, attributes=about)
            await writer.write(bytes(50_000))
            await writer.aclose()
        asked = time.monotonic()
        await sender.send_text("When are you open?", topic=CHAT)
        assert await caller.until(
            lambda now: bool(caller.transcript.text("agent", asked, now)), timeout=60
        )
        assert memory() - used < 30


@pytest.mark.timeout(300)
async def test_a_silent_caller_hears_the_whole_goodbye_before_the_room_is_closed(
    make_options, tmp_path
):
    """To its last sound, with every TTS down; then the room is gone for the caller as well."""
    async with stack(make_options(SILENCE_LIMIT=str(SILENT))) as running:
        await refuse(running, "sarvam", "cartesia")
        async with greeted(running, "silence") as caller:
            with pytest.raises(CallError, match=r"the (room was closed|agent left the call)"):
                await caller.until(lambda _: False, timeout=SILENT + 60)
            heard = caller.recording()
    assert SAID.goodbye in words(caller)
    store = sarvam_pooled.PhraseStore(tmp_path / "phrases")
    (goodbye,) = (entry for entry in entries(store) if entry.key.text == SAID.goodbye)
    said = store.get(goodbye.key)
    assert said is not None
    end = last_sound(np.frombuffer(said.pcm, "<i2"))
    assert likeness(heard.agent[-5 * RATE :], end) > 0.9


def last_sound(samples: Samples) -> Samples:
    """The last 0.25 s that are heard."""
    loud = np.flatnonzero(np.abs(samples) > 500)
    return samples[loud[-1] - RATE // 4 : loud[-1]]


def likeness(heard: Samples, sound: Samples) -> float:
    """How like `sound` the likest stretch of `heard` is: 1 is the same but for its loudness."""
    one, other = heard.astype(float), sound.astype(float)
    energy = np.convolve(one**2, np.ones(other.size), "valid")
    alike = np.correlate(one, other, "valid") / np.sqrt(energy * np.sum(other**2) + 1)
    return float(alike.max())


async def refuse(running: Stack, *providers: str) -> None:
    """These providers turn everybody away from now on."""
    async with aiohttp.ClientSession() as session:
        for provider in providers:
            url = f"http://{running.stand_ins[provider]}/_control"
            async with session.post(url, json={"faults": [{"kind": "refuse"}]}) as answer:
                assert answer.status == 200, await answer.text()
