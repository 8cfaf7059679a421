"""LiveKit's contract of a TTS, sentence by sentence, against the stand-in.

The first five are those of LiveKit's own suite for its plugins (`tests/test_tts.py` upstream).
"""

from __future__ import annotations

import asyncio
import inspect
import time
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from livekit.agents import (
    APIConnectionError,
    APIConnectOptions,
    APIError,
    APIStatusError,
    APITimeoutError,
    tts,
)
from livekit.agents.metrics import TTSMetrics
from livekit.agents.types import USERDATA_TTS_STARTED_TIME
from livekit.plugins import sarvam, sarvam_pooled
from livekit.plugins.sarvam_pooled.synthesis.reply import Reply

from sandbox.conditions import Fault

from .conftest import CALM, NO_RETRY, REPLY, TOKENS, Heard, MakeRig, Rig

ONCE = sarvam_pooled.Synthesis(retries=0)


def listen(rig: Rig, *names: str) -> list[Any]:
    """What the TTS emits under `names`, as it comes."""
    emitted: list[Any] = []
    for name in names:
        rig.tts.on(name, emitted.append)
    return emitted


async def drain(stream: tts.SynthesizeStream, heard: Heard | None = None) -> Heard:
    heard = heard or Heard()
    async with asyncio.timeout(5):
        async for event in stream:
            heard.add(event)
    return heard


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
        metrics: list[TTSMetrics] = listen(rig, "metrics_collected")
        rig.tts.prewarm()
        await rig.until(lambda: rig.tts.statistics().idle == 2)
        await rig.say(*TOKENS)
        await rig.until(lambda: len(metrics) == 1)
        assert metrics[0].connection_reused
        assert metrics[0].acquire_time < 0.2
        assert metrics[0].characters_count == len(REPLY)
        assert metrics[0].ttfb > 0
        assert metrics[0].metadata is not None
        assert metrics[0].metadata.model_dump() == {
            "model_name": "bulbul:v3", "model_provider": "Sarvam",
        }  # fmt: skip


async def test_a_cold_connection_is_seen_in_the_metrics(make_rig: MakeRig) -> None:
    """Its time is in `acquire_time` and not in `ttfb`, which begins when the text is sent."""
    slow = CALM.model_copy(update={"round_trip": 0.1})
    async with make_rig(latency=slow, synthesis=ONCE) as rig:
        metrics: list[TTSMetrics] = listen(rig, "metrics_collected")
        heard = await rig.say("Good morning.")
        await rig.until(lambda: len(metrics) == 1)
        assert not metrics[0].connection_reused
        assert metrics[0].acquire_time > 0.2
        assert 0.1 < metrics[0].ttfb < metrics[0].acquire_time
        assert all(USERDATA_TTS_STARTED_TIME in event.frame.userdata for event in heard.events)


async def test_no_metrics_come_after_a_failure(make_rig: MakeRig) -> None:
    """What failed is not counted as speech."""
    async with make_rig(Fault(kind="drop", at=0.0), synthesis=ONCE) as rig:
        metrics = listen(rig, "metrics_collected")
        with pytest.raises(APIConnectionError):
            await rig.say("Good morning.")
        assert metrics == []


# 3. Nothing to say.


async def test_an_empty_stream_ends_cleanly(make_rig: MakeRig) -> None:
    """`end_input` without text: no audio, no error, no request, no connection."""
    async with make_rig() as rig:
        emitted = listen(rig, "error", "metrics_collected")
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
        errors = listen(rig, "error")
        assert (await rig.say(nothing)).seconds < 0.05
        assert rig.spoken() == []
        assert errors == []


# 4. Time limits.


async def test_a_silent_server_times_out_within_livekits_limit(make_rig: MakeRig) -> None:
    """Connected, but no audio ever."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        began = time.perf_counter()
        with pytest.raises(APITimeoutError):
            await rig.say("Hello.", conn_options=APIConnectOptions(max_retry=0, timeout=0.5))
        assert 0.3 < time.perf_counter() - began < 2.0


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
    began = time.perf_counter()
    stream = voice.stream(conn_options=APIConnectOptions(max_retry=0, timeout=0.5))
    stream.push_text("Hello.")
    stream.end_input()
    with pytest.raises(APITimeoutError):
        await drain(stream)
    assert 0.3 < time.perf_counter() - began < 2.0
    await stream.aclose()
    await voice.aclose()
    assert time.perf_counter() - began < 4.0
    server.close()


async def test_every_try_of_livekits_is_reported(make_rig: MakeRig) -> None:
    """As many errors as tries, each within its limit; only the last is not recoverable."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        errors: list[tts.TTSError] = listen(rig, "error")
        options = APIConnectOptions(max_retry=3, timeout=0.25, retry_interval=0)
        began = time.perf_counter()
        with pytest.raises(APITimeoutError):
            await rig.say("Hello there.", conn_options=options)
        assert [error.recoverable for error in errors] == [True, True, True, False]
        assert 0.9 < time.perf_counter() - began < 4.0


# 5. The sound.


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000])
async def test_sound_is_pcm_of_the_declared_rate(make_rig: MakeRig, rate: int) -> None:
    """What `TTS` declares is what frames hold: mono, at its rate, as long as the text takes."""
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
            await asyncio.sleep(0.6)
            stream.push_text("here it is.")
            stream.end_input()
            rest = await drain(stream)
        assert rest.events[-1].is_final
        assert rig.spoken() == ["One moment,", "here it is."]


# Errors.


@pytest.mark.parametrize(
    ("fault", "kind", "status", "retryable"),
    [
        (Fault(kind="refuse", code=401), APIStatusError, 401, False),
        (Fault(kind="refuse", code=403), APIStatusError, 403, False),
        (Fault(kind="refuse", code=404), APIStatusError, 404, False),
        (Fault(kind="refuse", code=429), APIStatusError, 429, True),
        (Fault(kind="refuse", code=500), APIStatusError, 500, True),
        (Fault(kind="error", at=0, code=400), APIStatusError, 400, False),
        (Fault(kind="error", at=0, code=422), APIStatusError, 422, False),
        (Fault(kind="error", at=0, code=408), APIStatusError, 408, True),
        (Fault(kind="error", at=0, code=499), APIConnectionError, None, True),
        (Fault(kind="error", at=0, code=503), APIStatusError, 503, True),
        (Fault(kind="quota"), APIStatusError, 429, True),
        (Fault(kind="drop", at=0), APIConnectionError, None, True),
        (Fault(kind="close", at=0), APIConnectionError, None, True),
        (Fault(kind="garbage", at=0), APIConnectionError, None, True),
        (Fault(kind="mute"), APITimeoutError, None, True),
        (Fault(kind="stall", at=0.5), APITimeoutError, None, True),
    ],
    ids=lambda value: f"{value.kind}-{value.code}" if isinstance(value, Fault) else "",
)
async def test_errors_are_livekits_with_the_right_verdict(
    make_rig: MakeRig, fault: Fault, kind: type[APIError], status: int | None, retryable: bool
) -> None:
    """Only the `APIError` family comes out; what asking again cannot help is not asked again."""
    timeouts = sarvam_pooled.Timeouts(first_audio=0.2, between_chunks=0.2, final=0.2)
    async with make_rig(fault, synthesis=ONCE, timeouts=timeouts) as rig:
        errors: list[tts.TTSError] = listen(rig, "error")
        with pytest.raises(APIError) as caught:
            await rig.say("Good morning.")
        assert type(caught.value) is kind
        assert caught.value.retryable is retryable
        if isinstance(caught.value, APIStatusError):
            assert caught.value.status_code == status
        assert [error.error for error in errors] == [caught.value]


async def test_a_mistake_in_the_plugin_is_livekits_error_too(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LiveKit would neither report nor survive anything else."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("with words in it")

    monkeypatch.setattr(Reply, "run", broken)
    async with make_rig() as rig:
        errors = listen(rig, "error")
        with pytest.raises(APIError, match="ZeroDivisionError") as caught:
            await rig.say("Good morning.")
        assert not caught.value.retryable
        assert "words" not in str(caught.value)
        assert len(errors) == 1


async def test_an_observer_that_raises_does_not_end_the_reply(make_rig: MakeRig) -> None:
    """`on_segment` is somebody else's code."""

    def observe(_: object) -> None:
        raise ZeroDivisionError

    async with make_rig() as rig:
        rig.tts._on_segment = observe
        heard = await rig.say(*TOKENS)
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)


async def test_before_an_error_everything_is_heard(make_rig: MakeRig) -> None:
    """A Segment is refused in mid-reply: the one before it is heard to its end."""
    one_lane = sarvam_pooled.Synthesis(parallel=1)
    async with make_rig(synthesis=one_lane) as rig:

        def refuse(_: object) -> None:
            rig.stand_in.conditions.set_faults((Fault(kind="error", at=0, code=400),))

        rig.tts._on_segment = refuse
        heard = Heard()
        async with rig.tts.stream(conn_options=NO_RETRY) as stream:
            stream.push_text("The clinic is open. The second sentence is refused.")
            stream.end_input()
            with pytest.raises(APIStatusError):
                await drain(stream, heard)
        first = rig.spoken()[0]
        assert heard.seconds == pytest.approx(len(first) / 14, abs=0.02)


async def test_a_cancellation_stays_one(make_rig: MakeRig) -> None:
    """Not an error, not retried, nothing reported; what was asked for is not asked again."""
    async with make_rig(Fault(kind="stall", at=0.0)) as rig:
        emitted = listen(rig, "error", "metrics_collected")
        stream = rig.tts.stream(conn_options=APIConnectOptions(max_retry=3, timeout=3))
        stream.push_text("Good morning.")
        reading = asyncio.create_task(drain(stream))
        await rig.until(lambda: len(rig.spoken()) == 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        began = time.perf_counter()
        await stream.aclose()
        assert time.perf_counter() - began < 0.3
        assert stream._task.cancelled()
        assert emitted == []
        assert rig.spoken() == ["Good morning."]


# Options and life.


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
        errors = listen(rig, "error")
        streams = [rig.tts.stream(conn_options=NO_RETRY) for _ in range(3)]
        for stream in streams:
            stream.push_text("Good morning.")
        reading = [asyncio.create_task(drain(stream)) for stream in streams]
        await rig.until(lambda: len(rig.spoken()) == 3)
        began = time.perf_counter()
        await rig.tts.aclose()
        await asyncio.gather(*reading)
        assert time.perf_counter() - began < 2.5
        assert errors == []


async def test_a_closed_tts_says_so(make_rig: MakeRig) -> None:
    """A later stream fails at once, with what to do, and is not tried again."""
    async with make_rig() as rig:
        await rig.tts.aclose()
        await rig.tts.aclose()
        errors = listen(rig, "error")
        with pytest.raises(APIError, match="make a new one") as caught:
            await rig.say("Good morning.", conn_options=APIConnectOptions(max_retry=3))
        assert not caught.value.retryable
        assert len(errors) == 1


async def test_a_stream_nobody_closed_is_not_kept(make_rig: MakeRig) -> None:
    """A TTS lives as long as the call; what it forgets to drop it keeps."""
    async with make_rig() as rig:
        for _ in range(3):
            stream = rig.tts.stream(conn_options=NO_RETRY)
            stream.end_input()
            await drain(stream)
            await stream.aclose()
        assert len(rig.tts._streams) == 0


# Transcript and ids.


async def test_the_aligned_transcript_is_the_text_in_time(make_rig: MakeRig) -> None:
    """Words joined are the text that is spoken; times run forward, to the end of the audio."""
    async with make_rig() as rig:
        assert rig.tts.capabilities.aligned_transcript
        heard = await rig.say("**Sure**, the clinic is open 🙂. ", "It closes at five! ", "Yes.")
        words = heard.words
        assert "".join(words) == "Sure, the clinic is open . It closes at five! Yes."
        times = [(float(word.start_time), float(word.end_time)) for word in words]
        assert all(start <= end for start, end in times)
        assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(times))
        assert times[0][0] == 0.0
        assert times[-1][1] == pytest.approx(heard.seconds, abs=0.2)


async def test_an_interrupted_transcript_holds_what_was_played(make_rig: MakeRig) -> None:
    """Frames taken so far say no word that begins more than one message behind them."""
    slow = CALM.model_copy(update={"real_time_factor": 0.5})
    async with make_rig(latency=slow) as rig:
        heard = Heard()
        async with rig.tts.stream(conn_options=NO_RETRY) as stream:
            stream.push_text(REPLY)
            while heard.seconds < 1.5:
                heard.add(await anext(stream))
        said = "".join(heard.words)
        assert REPLY.startswith(said)
        assert 0 < len(said) < len(REPLY) / 2
        assert all(word.start_time < heard.seconds + 0.55 for word in heard.words)


async def test_what_is_left_out_is_not_in_the_transcript(make_rig: MakeRig) -> None:
    """History holds what the caller heard."""
    async with make_rig() as rig:
        heard = await rig.say("Good morning. ", "Ωμέγα και άλφα. ", "Good evening.")
        assert "".join(heard.words).split() == ["Good", "morning.", "Good", "evening."]


async def test_sarvams_request_ids_are_told(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the records, and on LiveKit's span, so that a trace leads to Sarvam's own logs."""
    noted: list[str] = []
    original = tts.AudioEmitter._note_provider_request_id

    def note(self: tts.AudioEmitter, request_id: str) -> None:
        noted.append(request_id)
        original(self, request_id)

    monkeypatch.setattr(tts.AudioEmitter, "_note_provider_request_id", note)
    async with make_rig() as rig:
        await rig.say("Good morning. ", "How are you today?")
        ids = {attempt.request_id for record in rig.records for attempt in record.attempts}
        assert len(ids) == 2
        assert ids <= set(noted)


# A drop-in, also for what wraps a TTS.


@pytest.mark.parametrize("name", ["__init__", "update_options", "stream", "synthesize"])
def test_it_takes_the_arguments_of_the_official_plugin(name: str) -> None:
    """Under the same names, in the same way; what is more is keyword-only and optional."""
    official = inspect.signature(getattr(sarvam.TTS, name)).parameters
    ours = inspect.signature(getattr(sarvam_pooled.TTS, name)).parameters
    for argument, parameter in official.items():
        assert ours[argument].kind is parameter.kind
        assert (ours[argument].default is parameter.empty) == (parameter.default is parameter.empty)
    for argument in set(ours) - set(official):
        assert ours[argument].kind is inspect.Parameter.KEYWORD_ONLY
        assert ours[argument].default is not inspect.Parameter.empty


def test_it_has_every_public_name_of_the_official_class() -> None:
    """What is called on one can be called on the other."""
    names = {name for name in dir(sarvam.TTS) if not name.startswith("_")}
    assert names <= set(dir(sarvam_pooled.TTS))


async def test_every_update_of_the_official_plugin_is_taken(make_rig: MakeRig) -> None:
    """All at once, and the next reply has them."""
    async with make_rig() as rig:
        rig.tts.update_options(
            model="bulbul:v3", target_language_code="hi-IN", speaker="ritu", pitch=0.0, pace=1.5,
            loudness=1.0, temperature=0.5, output_audio_bitrate="64k", min_buffer_size=30,
            max_chunk_length=100, enable_preprocessing=True, dict_id="d",
            enable_cached_responses=True, send_completion_event=True, output_audio_codec="mp3",
        )  # fmt: skip
        heard = await rig.say("Good morning.")
        assert heard.seconds == pytest.approx(13 / 14 / 1.5, abs=0.08)


async def test_livekits_fallback_takes_over_from_it(make_rig: MakeRig) -> None:
    """A provider that is down is left for the next, with the whole text."""
    refused = Fault(kind="refuse", code=503)
    async with make_rig(refused, synthesis=ONCE) as down, make_rig() as up:
        both = tts.FallbackAdapter([down.tts, up.tts], max_retry_per_tts=0)
        heard = Heard()
        async with both.stream(conn_options=NO_RETRY) as stream:
            stream.push_text("Good morning.")
            stream.end_input()
            await drain(stream, heard)
        assert heard.texts(up.spoken()) == ["Good morning."]
        await both.aclose()
