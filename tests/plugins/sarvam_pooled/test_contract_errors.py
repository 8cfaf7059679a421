"""LiveKit's contract of a TTS: what it hears of failures and cancellations."""

from __future__ import annotations

import asyncio

import pytest
from livekit.agents import (
    APIConnectionError,
    APIConnectOptions,
    APIError,
    APIStatusError,
    APITimeoutError,
    tts,
)
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.synthesis.reply import Reply

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import NO_RETRY, ONCE, TOKENS, Heard, MakeRig, drain


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
        errors: list[tts.TTSError] = rig.listen("error")
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
        errors = rig.listen("error")
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
        rig.tts.engine.on_segment = observe
        heard = await rig.say(*TOKENS)
        assert heard.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)


async def test_before_an_error_everything_is_heard(make_rig: MakeRig) -> None:
    """A Segment is refused in mid-reply: the one before it is heard to its end."""
    one_lane = sarvam_pooled.Synthesis(parallel=1)
    async with make_rig(synthesis=one_lane) as rig:

        def refuse(_: object) -> None:
            rig.stand_in.conditions.set_faults((Fault(kind="error", at=0, code=400),))

        rig.tts.engine.on_segment = refuse
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
        emitted = rig.listen("error", "metrics_collected")
        stream = rig.tts.stream(conn_options=APIConnectOptions(max_retry=3, timeout=3))
        stream.push_text("Good morning.")
        reading = asyncio.create_task(drain(stream))
        await until(lambda: len(rig.spoken()) == 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(0.1):
            await stream.aclose()
        assert stream._task.cancelled()
        assert emitted == []
        assert rig.spoken() == ["Good morning."]
