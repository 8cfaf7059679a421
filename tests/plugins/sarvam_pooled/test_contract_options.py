"""Options and life of a TTS: what changes between replies, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
from livekit.agents import APIConnectOptions, APIError
from livekit.plugins.sarvam_pooled import SynthesizeStream

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import NO_RETRY, Heard, MakeRig, drain


async def test_a_stream_keeps_the_options_it_was_made_with(make_rig: MakeRig) -> None:
    """A change is for the next stream, also when the first has not said a word yet."""
    async with make_rig() as rig:
        stream = rig.tts.stream(conn_options=NO_RETRY)
        rig.tts.update_options(speaker="ritu", pace=2.0)
        stream.push_text("Good morning.")
        stream.end_input()
        old = await drain(stream)
        await stream.aclose()
        new = await rig.say("Good morning.")
        speakers = [entry["speaker"] for entry in rig.stand_in.describe()["syntheses"]]
        assert speakers == ["shubh", "ritu"]
        assert new.seconds == pytest.approx(old.seconds / 2, abs=0.05)


async def test_a_new_model_in_mid_reply_does_not_break_it(make_rig: MakeRig) -> None:
    """The reply goes on with its own model; the next has the new one."""
    async with make_rig() as rig, rig.tts.stream(conn_options=NO_RETRY) as stream:
        stream.push_text("The first sentence. ")
        heard = Heard()
        heard.add(await anext(stream))
        rig.tts.update_options(model="bulbul:v4-flash")
        stream.push_text("The second sentence. The third sentence.")
        stream.end_input()
        await drain(stream, heard)
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)
        await rig.say("The next reply.")
        syntheses = rig.stand_in.describe()["syntheses"]
        models = {entry["text"] in "The next reply.": entry["model"] for entry in syntheses}
        assert models == {False: "bulbul:v3", True: "bulbul:v4-flash"}
        assert [entry["model"] for entry in syntheses] == sorted(e["model"] for e in syntheses)


async def test_closing_ends_streams_in_use(make_rig: MakeRig) -> None:
    """Nobody waits for a stream of a TTS that is closed, and no error is made of it."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        errors = rig.listen("error")
        streams = [rig.tts.stream(conn_options=NO_RETRY) for _ in range(3)]
        for stream in streams:
            stream.push_text("Good morning.")
        reading = [asyncio.create_task(drain(stream)) for stream in streams]
        await until(lambda: len(rig.spoken()) == 3)
        async with asyncio.timeout(2.5):
            await rig.tts.aclose()
            await asyncio.gather(*reading)
        assert errors == []


async def test_a_closed_tts_says_so(make_rig: MakeRig) -> None:
    """A later stream fails at once, with what to do, and is not tried again."""
    async with make_rig() as rig:
        await rig.tts.aclose()
        await rig.tts.aclose()
        errors = rig.listen("error")
        with pytest.raises(APIError, match="make a new one") as caught:
            await rig.say("Good morning.", conn_options=APIConnectOptions(max_retry=3))
        assert not caught.value.retryable
        assert len(errors) == 1


async def test_a_stream_nobody_closed_is_not_kept(make_rig: MakeRig) -> None:
    """A TTS lives as long as the call; what it forgets to drop it keeps."""
    kept: list[weakref.ref[SynthesizeStream]] = []
    async with make_rig() as rig:
        for _ in range(3):
            stream = rig.tts.stream(conn_options=NO_RETRY)
            stream.end_input()
            await drain(stream)
            await stream.aclose()
            kept.append(weakref.ref(stream))
        del stream
        gc.collect()
        assert [each() for each in kept] == [None] * 3
