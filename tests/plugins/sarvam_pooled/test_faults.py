"""Whatever goes wrong at the provider, a reply is heard whole: each word once, in order.

The stand-in speaks each text in tones of its own, so that a listener can identify it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from livekit.agents import APIConnectOptions
from livekit.plugins import sarvam_pooled

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import CALM, Heard, MakeRig, Rig

REPLY = (
    "Sure, the clinic is open from nine to five. Doctor Rao is in today until one. "
    "The fee is five hundred rupees."
)
TOKENS = [REPLY[i : i + 4] for i in range(0, len(REPLY), 4)]

# A quarter of the usual limits, for a server that is much quicker; enough for a busy machine.
QUICK = sarvam_pooled.Timeouts(first_audio=1.2, between_chunks=0.4, final=0.25)
PATIENT = APIConnectOptions(max_retry=0, timeout=20.0)


def whole(rig: Rig, heard: Heard, *, joins: float = 0.1) -> None:
    """Every text that was asked for sounded once, in order, in its full length."""
    texts = sorted(set(rig.spoken()), key=REPLY.index)
    assert " ".join(texts) == REPLY
    assert heard.texts(texts) == texts
    assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=joins)
    assert "".join(heard.words).split() == REPLY.split()


FAULTS = [
    *(Fault(kind="drop", at=at, times=2) for at in (0.0, 0.5, 0.95)),
    *(Fault(kind="close", at=at, times=2) for at in (0.0, 0.5, 1.0)),
    *(Fault(kind="stall", at=at, times=2) for at in (0.0, 0.3, 0.7, 0.95)),
    *(Fault(kind="error", at=0.5, code=code, times=2) for code in (408, 500)),
    *(Fault(kind="garbage", at=at, times=2) for at in (0.0, 0.5)),
    Fault(kind="quota", times=2),
    Fault(kind="mute", times=2),
    Fault(kind="refuse", code=503, times=3),
    Fault(kind="no_end", times=2),
    Fault(kind="slow", factor=10, times=2),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.kind}-{f.at:g}-{f.code}-{f.times}")
async def test_a_reply_is_whole_after(make_rig: MakeRig, fault: Fault) -> None:
    """One kind of failure, two Segments struck."""
    async with make_rig(fault, timeouts=QUICK) as rig:
        whole(rig, await rig.say(*TOKENS, conn_options=PATIENT))


@pytest.mark.parametrize("kind", ["drop", "stall"])
async def test_mp3_that_breaks_off_is_joined_too(make_rig: MakeRig, kind: str) -> None:
    """A new encoder begins with each Attempt; what was heard is found in its sound all the same."""
    fault = Fault.model_validate({"kind": kind, "times": 2})
    async with make_rig(fault, timeouts=QUICK, output_audio_codec="mp3") as rig:
        whole(rig, await rig.say(*TOKENS, conn_options=PATIENT), joins=0.3)


async def test_many_kinds_of_failure_at_once(make_rig: MakeRig) -> None:
    """A bad hour: a quarter of all Attempts fail in one way or another, and no reply does. Five in
    a row would still fail in one run of a hundred, so more are allowed."""
    kinds = ("drop", "stall", "error", "garbage", "close", "no_end", "mute")
    faults = [
        Fault.model_validate({"kind": kind, "probability": 0.04, "at": 0.1 + 0.12 * number})
        for number, kind in enumerate(kinds)
    ]
    stubborn = sarvam_pooled.Synthesis(retries=10)
    failures = 0
    async with make_rig(*faults, timeouts=QUICK, synthesis=stubborn) as rig:
        for _ in range(20):
            rig.stand_in.account.reset()
            whole(rig, await rig.say(*TOKENS, conn_options=PATIENT), joins=0.2)
            failures += sum(rig.stand_in.stats[f"faults_{kind}"] for kind in kinds)
            if failures >= 4:
                break
        assert failures >= 4


async def test_a_missing_final_costs_no_error_and_no_second_bill_for_ever(
    make_rig: MakeRig,
) -> None:
    """A server that never sends one: each Segment is synthesised twice at most, none is lost."""
    async with make_rig(Fault(kind="no_end"), timeouts=QUICK) as rig:
        whole(rig, await rig.say(*TOKENS, conn_options=PATIENT))
        assert len(rig.spoken()) <= 2 * len(set(rig.spoken()))
        assert all(record.retries <= 1 for record in rig.records)


async def test_a_slow_synthesis_is_hedged(make_rig: MakeRig) -> None:
    """The caller does not wait for one that is 30 times slower than the others."""
    latency = CALM.model_copy(update={"first_byte": 0.1})
    async with make_rig(latency=latency) as rig:
        for _ in range(4):
            await rig.say("Good morning to you all.")
        rig.records.clear()
        # The first of its two Segments takes 3 s to its first sound.
        rig.stand_in.conditions.set_faults((Fault(kind="slow", factor=30, times=1),))
        async with asyncio.timeout(1.0):
            await rig.say("Good evening to you all.")
        assert any(record.hedge_won for record in rig.records)


async def test_half_dead_spares_do_not_silence_a_reply(make_rig: MakeRig) -> None:
    """Both take the text and answer nothing: a third connection speaks within the time limit."""
    mute = Fault(kind="mute", times=2)
    async with make_rig(mute, timeouts=replace(QUICK, first_audio=0.6)) as rig:
        rig.tts.prewarm()
        await until(lambda: rig.tts.statistics().idle == 2)
        async with asyncio.timeout(2.0):
            heard = await rig.say("Good morning.")
        assert heard.texts(rig.spoken()) == ["Good morning."]


async def test_a_server_that_comes_back_is_found(make_rig: MakeRig) -> None:
    """Half a second without any connection in mid-reply: the words wait, and are heard."""
    one_lane = sarvam_pooled.Synthesis(parallel=1)
    async with make_rig(synthesis=one_lane, pool=sarvam_pooled.PoolLimits(min_idle=0)) as rig:
        down = (Fault(kind="drop", at=0.5), Fault(kind="refuse", code=503))
        asyncio.get_running_loop().call_later(0.05, rig.stand_in.conditions.set_faults, down)
        asyncio.get_running_loop().call_later(0.55, rig.stand_in.conditions.set_faults, ())
        async with rig.tts.stream(conn_options=PATIENT) as stream:
            heard = Heard()
            stream.push_text("Sure, ")
            heard.add(await anext(stream))
            await asyncio.sleep(0.1)
            stream.push_text(REPLY.removeprefix("Sure, "))
            stream.end_input()
            async for event in stream:
                heard.add(event)
        whole(rig, heard)


async def test_an_unspeakable_segment_is_skipped_and_the_others_are_heard(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    """Sarvam refuses the one text; the reply goes on, and the log says so."""
    async with make_rig() as rig:
        heard = await rig.say("Good morning. ", "Ωμέγα και άλφα. ", "Good evening.")
        assert heard.texts(rig.spoken()) == ["Good morning.", "Good evening."]
        assert [record.skipped for record in sorted(rig.records, key=lambda r: r.index)] == [
            False, True, False,
        ]  # fmt: skip
        assert sum("is skipped" in record.message for record in caplog.records) == 1


async def test_a_barge_in_during_a_recovery_leaves_nothing(make_rig: MakeRig) -> None:
    """Cancelled while every Segment is being tried again; the next reply is whole."""
    async with make_rig(Fault(kind="drop", times=3), timeouts=QUICK) as rig:
        stream = rig.tts.stream(conn_options=PATIENT)
        stream.push_text("This was said before, and it should never be heard again at all. ")
        await until(lambda: rig.stand_in.stats["faults_drop"] >= 1)
        await stream.aclose()
        rig.stand_in.conditions.set_faults(())
        rig.stand_in.account.reset()
        await until(lambda: rig.tts.statistics().leased == 0)
        heard = await rig.say(*TOKENS)
        whole(rig, heard)
