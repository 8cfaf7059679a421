"""LiveKit's contract of a TTS, sentence by sentence, against the stand-in.

The first five are those of LiveKit's own suite for its plugins (`tests/test_tts.py` upstream).
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from livekit.agents import APIConnectionError, APIConnectOptions, APITimeoutError, tts
from livekit.agents.metrics import TTSMetrics
from livekit.agents.types import USERDATA_TTS_STARTED_TIME
from livekit.plugins import sarvam_pooled

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import CALM, NO_RETRY, ONCE, REPLY, TOKENS, Heard, MakeRig, drain

# 1. Frames.


async def test_frames_follow_livekits_contract(make_rig: MakeRig) -> None:
    """One request, one segment, only the last frame final, no frame longer than 0.25 s."""
    async with make_rig() as rig:
        events = (await rig.say(*TOKENS)).events
        assert len({event.request_id for event in events}) == 1
        assert len({event.segment_id for event in events}) == 1
        assert all(event.request_id and event.segment_id for event in events)
        assert [event.is_final for event in events] == [False] * (len(events) - 1) + [True]
        assert all(0 < event.frame.duration < 0.25 for event in events)


async def test_a_replay_after_a_failure_is_heard_alone(make_rig: MakeRig) -> None:
    """Nothing of the failed try is mixed into the next, and the text is spoken once."""
    async with make_rig(Fault(kind="drop", at=0.0, times=2), synthesis=ONCE) as rig:
        options = APIConnectOptions(max_retry=3, timeout=3, retry_interval=0)
        heard = await rig.say("Good morning. ", "How are you?", conn_options=options)
        assert len({event.request_id for event in heard.events}) == 1
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)


# 2. Metrics.


async def test_metrics_come_once_and_tell_of_the_connection(make_rig: MakeRig) -> None:
    """One TTSMetrics a stream, with a warm connection's acquire time."""
    async with make_rig() as rig:
        metrics: list[TTSMetrics] = rig.listen("metrics_collected")
        rig.tts.prewarm()
        await until(lambda: rig.tts.statistics().idle == 2)
        await rig.say(*TOKENS)
        await until(lambda: len(metrics) == 1)
        assert metrics[0].connection_reused
        assert metrics[0].acquire_time < 0.2
        assert metrics[0].characters_count == len(REPLY)
        assert metrics[0].ttfb > 0
        assert metrics[0].metadata is not None
        assert metrics[0].metadata.model_dump() == {
            "model_name": "bulbul:v3", "model_provider": "Sarvam",
        }  # fmt: skip


async def test_a_cold_connection_is_seen_in_the_metrics(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is in `acquire_time` and not in `ttfb`, which begins when the text is sent."""
    # LiveKit's clock for both.
    monkeypatch.setattr(time, "perf_counter", asyncio.get_running_loop().time)
    slow = CALM.model_copy(update={"round_trip": 0.1})
    async with make_rig(latency=slow, synthesis=ONCE) as rig:
        metrics: list[TTSMetrics] = rig.listen("metrics_collected")
        heard = await rig.say("Good morning.")
        await until(lambda: len(metrics) == 1)
        assert not metrics[0].connection_reused
        assert metrics[0].acquire_time > 0.2
        assert 0.1 < metrics[0].ttfb < metrics[0].acquire_time
        assert all(USERDATA_TTS_STARTED_TIME in event.frame.userdata for event in heard.events)


async def test_no_metrics_come_after_a_failure(make_rig: MakeRig) -> None:
    """Failed syntheses are not counted as speech."""
    async with make_rig(Fault(kind="drop", at=0.0), synthesis=ONCE) as rig:
        metrics = rig.listen("metrics_collected")
        with pytest.raises(APIConnectionError):
            await rig.say("Good morning.")
        assert metrics == []


# 3. Nothing to say.


async def test_an_empty_stream_ends_cleanly(make_rig: MakeRig) -> None:
    """`end_input` without text: no audio, no error, no request, no connection."""
    async with make_rig() as rig:
        emitted = rig.listen("error", "metrics_collected")
        assert (await rig.say()).events == []
        assert (await rig.say("", "")).events == []
        assert rig.spoken() == []
        assert emitted == []


async def test_a_stream_that_is_only_flushed_ends_cleanly(make_rig: MakeRig) -> None:
    """A flush of nothing is nothing."""
    async with make_rig() as rig, rig.tts.stream(conn_options=NO_RETRY) as stream:
        stream.flush()
        stream.flush()
        stream.end_input()
        assert (await drain(stream)).events == []


@pytest.mark.parametrize("nothing", [" ", "\n\n", "...", "🙂", " \n ", "**", "--- 👍", "!?"])
async def test_a_reply_with_nothing_to_say_is_no_failure(make_rig: MakeRig, nothing: str) -> None:
    """White space, punctuation and emoji are never sent, and the turn goes on."""
    async with make_rig() as rig:
        errors = rig.listen("error")
        assert (await rig.say(nothing)).seconds < 0.05
        assert rig.spoken() == []
        assert errors == []


# 4. Time limits.


async def test_a_silent_server_times_out_within_livekits_limit(make_rig: MakeRig) -> None:
    """Connected, but no audio ever."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        async with asyncio.timeout(0.6):
            with pytest.raises(APITimeoutError):
                await rig.say("Hello.", conn_options=APIConnectOptions(max_retry=0, timeout=0.5))


async def test_a_server_that_never_accepts_times_out_within_livekits_limit() -> None:
    """The kernel takes the connection, and nobody answers the handshake."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(4096):
                pass
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    voice = sarvam_pooled.TTS(api_key="k", ws_url=f"ws://127.0.0.1:{port}/ws")
    stream = voice.stream(conn_options=APIConnectOptions(max_retry=0, timeout=0.5))
    stream.push_text("Hello.")
    stream.end_input()
    async with asyncio.timeout(0.6):
        with pytest.raises(APITimeoutError):
            await drain(stream)
    async with asyncio.timeout(0.1):
        await stream.aclose()
        await voice.aclose()
    server.close()


async def test_every_try_of_livekits_is_reported(make_rig: MakeRig) -> None:
    """As many errors as tries, each within its limit; only the last is not recoverable."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        errors: list[tts.TTSError] = rig.listen("error")
        options = APIConnectOptions(max_retry=3, timeout=0.25, retry_interval=0)
        began = asyncio.get_running_loop().time()
        with pytest.raises(APITimeoutError):
            await rig.say("Hello there.", conn_options=options)
        assert [error.recoverable for error in errors] == [True, True, True, False]
        took = asyncio.get_running_loop().time() - began
        assert took == pytest.approx(4 * 0.25 + 0.1, abs=0.05)  # LiveKit rests 0.1 s


# 5. The sound.


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000])
async def test_sound_is_pcm_of_the_declared_rate(make_rig: MakeRig, rate: int) -> None:
    """Frames hold what `TTS` declares: mono, at its rate, as long as the text takes."""
    async with make_rig(speech_sample_rate=rate) as rig:
        events = (await rig.say("Good morning.")).events
        assert rig.tts.sample_rate == rate
        assert rig.tts.num_channels == 1
        assert {(e.frame.sample_rate, e.frame.num_channels) for e in events} == {(rate, 1)}
        assert sum(event.frame.duration for event in events) == pytest.approx(13 / 14, abs=0.05)


# One segment a stream, and flushes.


async def test_a_flush_speaks_what_was_pushed_and_keeps_one_segment(make_rig: MakeRig) -> None:
    """Before the input ends; text after it belongs to another stream, as LiveKit has it."""
    async with make_rig() as rig, rig.tts.stream(conn_options=NO_RETRY) as stream:
        stream.push_text("One moment please while I look")
        stream.flush()
        heard = Heard()
        heard.add(await anext(stream))
        stream.end_input()
        await drain(stream, heard)
        assert {event.segment_id for event in heard.events} == {heard.events[0].segment_id}
        assert " ".join(sorted(rig.spoken(), key="One moment please while I look".index)) == (
            "One moment please while I look"
        )


async def test_an_llm_that_pauses_is_no_error(make_rig: MakeRig) -> None:
    """No time limit runs while the plugin waits for text: not LiveKit's, and not its own."""
    short = sarvam_pooled.Timeouts(first_audio=0.5, between_chunks=0.4, final=0.3, pool=0.5)
    async with make_rig(timeouts=short) as rig:
        options = APIConnectOptions(max_retry=0, timeout=0.5)
        async with rig.tts.stream(conn_options=options) as stream:
            stream.push_text("One moment, ")
            await anext(stream)
            await asyncio.sleep(60)
            stream.push_text("here it is.")
            stream.end_input()
            rest = await drain(stream)
        assert rest.events[-1].is_final
        assert rig.spoken() == ["One moment,", "here it is."]
