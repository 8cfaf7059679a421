"""The plugin as LiveKit uses it, against the stand-in."""

from __future__ import annotations

import asyncio

import pytest
from livekit.agents import (
    APIConnectionError,
    APIConnectOptions,
    APIStatusError,
)
from livekit.plugins import sarvam_pooled

from tests.support.until import until

from .conftest import REPLY, TOKENS, MakeRig


async def test_a_reply_is_spoken_whole_and_in_order(make_rig: MakeRig) -> None:
    """Every word once, in the order of the text, whatever came back first."""
    async with make_rig() as rig:
        heard = await rig.say(*TOKENS)
        by_index = sorted(rig.records, key=lambda record: record.index)
        assert [record.index for record in by_index] == list(range(len(by_index)))
        texts = sorted(rig.spoken(), key=REPLY.index)
        assert " ".join(texts) == REPLY
        assert heard.texts(texts) == texts
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)


@pytest.mark.parametrize(
    "codec", ["mp3", "linear16", "wav", "mulaw", "alaw", "opus", "flac", "aac"]
)
async def test_every_codec_of_the_official_plugin(make_rig: MakeRig, codec: str) -> None:
    """Whatever the codec, PCM at the asked rate comes out, as long as the text takes."""
    async with make_rig(output_audio_codec=codec) as rig:
        heard = await rig.say(*TOKENS[:30])
        assert heard.seconds == pytest.approx(rig.expected_seconds(), rel=0.05)


async def test_synthesize_speaks_one_text(make_rig: MakeRig) -> None:
    """The other half of LiveKit's interface goes the same way."""
    async with make_rig() as rig:
        frames = [event.frame async for event in rig.tts.synthesize("Good morning.")]
        assert sum(frame.duration for frame in frames) == pytest.approx(13 / 14, abs=0.05)


async def test_a_connection_is_configured_once(make_rig: MakeRig) -> None:
    """Ten replies need no more configs than connections."""
    async with make_rig() as rig:
        for _ in range(10):
            await rig.say("Good morning. ", "How are you?")
        statistics = rig.tts.statistics()
        assert rig.stand_in.stats["configs"] == rig.stand_in.stats["connects"]
        assert statistics.configs == statistics.connects


async def test_segments_are_synthesised_side_by_side(make_rig: MakeRig) -> None:
    """A second Segment does not wait for the first; a single lane does."""
    peaks = {}
    for parallel in (1, 3):
        synthesis = sarvam_pooled.Synthesis(parallel=parallel)
        async with make_rig(synthesis=synthesis, pool=sarvam_pooled.PoolLimits(min_idle=0)) as rig:
            await rig.say(*TOKENS)
            peaks[parallel] = rig.tts.statistics().connects
    assert peaks == {1: 1, 3: 3}


async def test_parallel_replies_respect_the_cap(make_rig: MakeRig) -> None:
    """Eight replies at once on one TTS are all whole, on no more connections than allowed."""
    async with make_rig(pool=sarvam_pooled.PoolLimits(max_connections=4)) as rig:
        patient = APIConnectOptions(max_retry=0, timeout=20)
        replies = (rig.say(*TOKENS, conn_options=patient) for _ in range(8))
        heard = await asyncio.gather(*replies)
        assert len({round(reply.seconds, 1) for reply in heard}) == 1
        assert rig.stand_in.describe()["connections"]["peak"] <= 4


async def test_a_barged_in_reply_is_never_heard_again(make_rig: MakeRig) -> None:
    """The next reply finds an idle connection and holds no sound of the old one."""
    async with make_rig() as rig:
        rig.tts.prewarm()
        await until(lambda: rig.tts.statistics().idle == 2)
        stream = rig.tts.stream()
        stream.push_text("This will be interrupted, and never be heard to its end. ")
        await anext(aiter(stream))
        async with asyncio.timeout(0.1):
            await stream.aclose()
        heard = await rig.say("A new reply.")
        assert heard.texts(rig.spoken()) == ["A new reply."]
        assert rig.records[-1].attempts[0].reused


async def test_closing_leaves_no_task_and_no_socket(make_rig: MakeRig) -> None:
    """After `aclose` nothing of the plugin is alive."""
    async with make_rig() as rig:
        stream = rig.tts.stream()
        stream.push_text("Interrupted in the middle of this sentence. ")
        await anext(aiter(stream))
        await rig.tts.aclose()
        await until(lambda: rig.stand_in.describe()["connections"]["open"] == 0)
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert not [name for name in names if name.startswith("sarvam")]


async def test_a_refused_key_is_said_clearly_and_not_tried_again(make_rig: MakeRig) -> None:
    """403 stops at once, names the setting, and holds no key."""
    async with make_rig(api_key="bad-secret") as rig:
        with pytest.raises(APIStatusError, match="SARVAM_API_KEY") as caught:
            await rig.say("Hello there.", conn_options=APIConnectOptions(max_retry=3))
        assert caught.value.status_code == 403
        assert not caught.value.retryable
        assert "bad-secret" not in repr(caught.value) + str(caught.value) + repr(rig.tts)


async def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    """A refused connection is reported as such, with the address."""
    once = sarvam_pooled.Synthesis(retries=0)
    tts = sarvam_pooled.TTS(
        api_key="k", ws_url="ws://127.0.0.1:9/text-to-speech/ws", synthesis=once
    )
    try:
        async with tts.stream(conn_options=APIConnectOptions(max_retry=0, timeout=2)) as stream:
            stream.push_text("Hello.")
            stream.end_input()
            with pytest.raises(APIConnectionError, match=r"127\.0\.0\.1:9"):
                await anext(aiter(stream))
    finally:
        await tts.aclose()


async def test_one_unspeakable_segment_does_not_end_the_reply(make_rig: MakeRig) -> None:
    """Text that Sarvam cannot say is left out, and the rest is heard."""
    async with make_rig() as rig:
        # A script that no voice of Sarvam's reads.
        heard = await rig.say("Good morning. ", "Ωμέγα και άλφα. ", "Good evening.")
        assert heard.texts(rig.spoken()) == ["Good morning.", "Good evening."]


async def test_a_new_model_opens_new_connections(make_rig: MakeRig) -> None:
    """The model is part of the address; old connections are not used again."""
    async with make_rig() as rig:
        await rig.say("Hello.")
        rig.tts.update_options(model="bulbul:v4-flash")
        assert rig.tts.model == "bulbul:v4-flash"
        await rig.say("Hello again.")
        models = [entry["model"] for entry in rig.stand_in.describe()["syntheses"]]
        assert models == ["bulbul:v3", "bulbul:v4-flash"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": 3.0},
        {"temperature": 2.0},
        {"speech_sample_rate": 44100},
        {"min_buffer_size": 10},
        {"output_audio_codec": "pcm_s16le"},
        {"target_language_code": " "},
        {"speaker": "Shubh"},
        {"num_channels": 2},
        {"api_key": ""},
    ],
)
def test_bad_options_are_refused_at_once(
    wrong: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values that Sarvam would refuse in mid-call are refused in the constructor, by name."""
    monkeypatch.delenv("SARVAM_API_KEY", raising=False)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        sarvam_pooled.TTS(**({"api_key": "k"} | wrong))  # type: ignore[arg-type]


async def test_a_refused_update_changes_nothing(make_rig: MakeRig) -> None:
    """Options are changed all together or not at all."""
    async with make_rig() as rig:
        with pytest.raises(sarvam_pooled.OptionError):
            rig.tts.update_options(model="bulbul:v4-flash", pace=9.0)
        assert rig.tts.model == "bulbul:v3"
