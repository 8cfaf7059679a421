"""A reply that Sarvam cannot finish, and Cartesia does: both stand-ins, LiveKit's own plugin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from livekit import rtc
from livekit.agents import APIConnectOptions, APIError, tts
from livekit.plugins import cartesia, sarvam_pooled
from livekit.plugins.sarvam_pooled.errors import OptionError, ProviderFailed
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.fallback import FallbackSynthesiser
from livekit.plugins.sarvam_pooled.text.segment import Segment

from sandbox.cartesia import CartesiaStandIn
from sandbox.conditions import Fault
from sandbox.standin import serve
from tests.support.until import until

from .conftest import CALM, NO_RETRY, Heard, MakeRig, Rig, drain

TEXT = "The clinic is open today. Doctor Rao is in from nine to one. Please bring your old papers."
ONE_LANE = sarvam_pooled.Synthesis(parallel=1, retries=1)
DOWN = Fault(kind="refuse", code=503), Fault(kind="drop", at=0.0)

Second = Callable[..., AbstractAsyncContextManager[tuple[cartesia.TTS, CartesiaStandIn]]]


@pytest.fixture
def make_second() -> Second:
    """Starts a stand-in for Cartesia that speaks tones, and LiveKit's plugin for it."""

    @asynccontextmanager
    async def make(
        *faults: Fault, sample_rate: int = 24000
    ) -> AsyncIterator[tuple[cartesia.TTS, CartesiaStandIn]]:
        stand_in = CartesiaStandIn(latency=CALM, faults=faults)
        stand_in.set_options({"voice": "tone"})
        async with serve(stand_in) as at, aiohttp.ClientSession() as http:
            voice = cartesia.TTS(
                api_key="key",
                base_url=f"http://{at}",
                http_session=http,
                sample_rate=sample_rate,
                word_timestamps=False,
            )
            try:
                yield voice, stand_in
            finally:
                await voice.aclose()

    return make


def spoken(stand_in: CartesiaStandIn) -> list[str]:
    """The texts that Cartesia was asked for, in order."""
    return [entry["text"] for entry in stand_in.describe()["syntheses"]]


@asynccontextmanager
async def failing(
    make_rig: MakeRig, second: tts.TTS[Any] | None, *, faults: tuple[Fault, ...] = DOWN
) -> AsyncIterator[Any]:
    """A TTS whose Sarvam goes down for good behind the first Segment."""
    async with make_rig(synthesis=ONE_LANE, fallback_tts=second) as rig:
        observe = rig.tts.engine.on_segment

        def go_down(record: sarvam_pooled.SegmentRecord) -> None:
            rig.stand_in.conditions.set_faults(faults)
            assert observe is not None
            observe(record)

        rig.tts.engine.on_segment = go_down
        yield rig


async def say(rig: Rig, text: str, *, timeout: float = 3.0) -> Heard:
    """Speak a reply that Sarvam cannot finish: behind all of its audio comes the error."""
    heard = Heard()
    options = APIConnectOptions(max_retry=0, timeout=timeout)
    async with rig.tts.stream(conn_options=options) as stream:
        stream.push_text(text)
        stream.end_input()
        with pytest.raises(APIError):
            await drain(stream, heard)
    return heard


@pytest.mark.parametrize("rate", [24000, 16000])
async def test_no_word_is_lost_when_sarvam_goes_down_in_mid_reply(
    make_rig: MakeRig, make_second: Second, rate: int
) -> None:
    """The fallback TTS says what is missing, at the rate of the first, and nothing twice."""
    async with make_second(sample_rate=rate) as (voice, cartesia_), failing(make_rig, voice) as rig:
        heard = await say(rig, TEXT)
        first, rest = rig.spoken()[0], spoken(cartesia_)
        assert " ".join([first, *(text.strip() for text in rest)]) == TEXT
        assert heard.texts([first, *rest]) == [first, *rest]
        assert "".join(heard.words) == TEXT
        assert heard.events[-1].is_final
        said = [[attempt.fallback_tts for attempt in r.attempts] for r in rig.records]
        assert said[0] == [False]
        assert said[1] == [False, False, True]
        # And from there on nobody asks Sarvam again.
        assert all(attempts == [True] for attempts in said[2:])


async def test_a_segment_that_broke_off_is_finished(make_rig: MakeRig, make_second: Second) -> None:
    """From about the word where it did; a word may come twice, and none is lost."""
    half = (Fault(kind="drop", at=0.5),)
    async with make_second() as (voice, cartesia_), failing(make_rig, voice, faults=half) as rig:
        heard = await say(rig, TEXT)
        broken, rest = rig.spoken()[1], spoken(cartesia_)
        assert " ".join(text.strip() for text in rest) in TEXT
        assert 0.4 * len(broken) < len(rest[0]) < 0.8 * len(broken)
        assert heard.texts([broken, *rest]) == [broken, *rest]
        assert "".join(heard.words) == TEXT


async def test_the_next_reply_tries_sarvam_again(make_rig: MakeRig, make_second: Second) -> None:
    """It may be back; that it is not is for LiveKit's adapter to find out."""
    async with make_second() as (voice, cartesia_), failing(make_rig, voice) as rig:
        await say(rig, TEXT)
        asked = len(spoken(cartesia_))
        with pytest.raises(APIError):
            await rig.say("Good morning.")
        rig.stand_in.conditions.set_faults(())
        heard = await rig.say("Good evening.")
        assert heard.texts(["Good evening."]) == ["Good evening."]
        assert len(spoken(cartesia_)) == asked


async def test_a_voice_without_streams_will_do(make_rig: MakeRig, make_second: Second) -> None:
    """Any TTS of LiveKit's is a fallback TTS."""
    async with make_second() as (voice, cartesia_):
        voice._capabilities = tts.TTSCapabilities(streaming=False)
        async with failing(make_rig, voice) as rig:
            heard = await say(rig, TEXT)
        assert heard.texts([rig.spoken()[0], *spoken(cartesia_)])[1:] == spoken(cartesia_)


async def test_both_voices_down_is_an_error_behind_what_was_heard(
    make_rig: MakeRig, make_second: Second
) -> None:
    """Both are asked once more than they should have to be."""
    async with (
        make_second(Fault(kind="refuse", code=503)) as (voice, _),
        failing(make_rig, voice) as rig,
    ):
        heard = await say(rig, TEXT, timeout=1.0)
        assert heard.texts(rig.spoken()) == [rig.spoken()[0]]


async def test_livekits_adapter_hears_of_it(make_rig: MakeRig, make_second: Second) -> None:
    """The reply is whole and no error; the next ones are the fallback TTS's, until Sarvam's probe,
    which the fallback TTS does not answer for."""
    async with make_second() as (voice, cartesia_), failing(make_rig, voice) as rig:
        both = tts.FallbackAdapter([rig.tts, voice], max_retry_per_tts=0)
        changes: list[bool] = []
        both.on("tts_availability_changed", lambda event: changes.append(event.available))
        # Sentences with a space behind them are Cartesia's.
        first = [
            "The clinic is open today.",
            "Doctor Rao is in from nine to one. ",
            "Please bring your old papers. ",
        ]
        later = [("Good morning.", ["Good morning. "]), ("Good evening.", ["Good evening. "])]
        for text, said in ((TEXT, first), *later):
            async with both.stream(conn_options=NO_RETRY) as stream:
                stream.push_text(text)
                stream.end_input()
                heard = await drain(stream)
            assert heard.texts([*rig.spoken(), *spoken(cartesia_)]) == said
            assert changes == [False], "from the first reply on"
        rig.stand_in.conditions.set_faults(())
        async with both.stream(conn_options=NO_RETRY) as stream:
            stream.push_text("Good night.")
            stream.end_input()
            await drain(stream)
        await until(lambda: changes == [False, True])
        await both.aclose()


async def test_a_fallback_tts_that_stalls_is_given_up(
    make_rig: MakeRig, make_second: Second
) -> None:
    """Each piece of its audio has LiveKit's time limit."""
    async with (
        make_second(Fault(kind="stall", at=0.5)) as (voice, cartesia_),
        failing(make_rig, voice) as rig,
    ):
        async with asyncio.timeout(3):
            await say(rig, TEXT, timeout=0.4)
        assert 1 <= len(spoken(cartesia_)) <= 2


async def test_a_fallback_tts_must_be_mono(make_second: Second) -> None:
    """Its samples are taken for those of one channel."""
    async with make_second() as (voice, _):
        voice._num_channels = 2
        with pytest.raises(OptionError, match="mono"):
            sarvam_pooled.TTS(api_key="k", fallback_tts=voice)


class Odd:
    """A voice of LiveKit's that makes nothing, and raises what none should."""

    capabilities = tts.TTSCapabilities(streaming=True)
    sample_rate = 24000

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def stream(self, **_: Any) -> Odd:
        return self

    async def __aenter__(self) -> Odd:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def push_text(self, _: str) -> None:
        pass

    def end_input(self) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[Any]:
        if self._error is not None:
            raise self._error
        for nothing in ():
            yield nothing


@pytest.mark.parametrize("error", [None, ZeroDivisionError("with words in it"), TimeoutError()])
async def test_whatever_is_wrong_with_it_is_its_own_fault(error: Exception | None) -> None:
    """Its error becomes a `ProviderFailed` that quotes nothing; so does silence."""
    voice = FallbackSynthesiser(Odd(error), sample_rate=24000, timeout=1.0)  # type: ignore[arg-type]
    record = sarvam_pooled.AttemptRecord(started=0.0)
    with pytest.raises(ProviderFailed, match="fallback TTS") as caught:
        await voice(SynthesisRequest(Segment(0, "Hello."), lambda _: None, record, time_limit=1.0))
    assert "words" not in str(caught.value)
    assert record.fallback_tts
    assert not record.ended


class Endless(Odd):
    """Sends pieces of `samples` for ever."""

    def __init__(self, samples: int) -> None:
        super().__init__(None)
        self._frame = rtc.AudioFrame(bytes(samples * 2), 24000, 1, samples)

    async def __aiter__(self) -> AsyncIterator[Any]:
        while True:
            await asyncio.sleep(0)
            yield SimpleNamespace(frame=self._frame)


@pytest.mark.parametrize(
    ("samples", "most", "message"),
    [(0, 0.0, "the fallback TTS failed"), (2400, 10.0, "more than 10 s of audio came")],
    ids=["empty", "sound"],
)
async def test_it_neither_keeps_a_caller_waiting_nor_talks_without_end(
    samples: int, most: float, message: str
) -> None:
    """Empty pieces do not put off its time limit, and a Segment has a longest sound: the error says
    which of these it was."""
    voice = FallbackSynthesiser(Endless(samples), sample_rate=24000, timeout=0.2)  # type: ignore[arg-type]
    record = sarvam_pooled.AttemptRecord(started=0.0)
    async with asyncio.timeout(3):
        with pytest.raises(ProviderFailed, match=message):
            await voice(
                SynthesisRequest(Segment(0, "Hello."), lambda _: None, record, time_limit=0.2)
            )
    assert record.seconds == pytest.approx(most)
    assert not record.ended


class Pausing(Odd):
    """Makes sound at once, and again after a pause."""

    async def __aiter__(self) -> AsyncIterator[Any]:
        frame = rtc.AudioFrame(bytes(4800), 24000, 1, 2400)
        yield SimpleNamespace(frame=frame)
        await asyncio.sleep(0.8)
        yield SimpleNamespace(frame=frame)


async def test_the_limit_of_the_first_audio_is_not_that_of_the_rest() -> None:
    """What is left of a Segment's time may be little; the audio that plays buys time again."""
    voice = FallbackSynthesiser(Pausing(None), sample_rate=24000, timeout=1.0)  # type: ignore[arg-type]
    record = sarvam_pooled.AttemptRecord(started=0.0)
    await voice(SynthesisRequest(Segment(0, "Hello."), lambda _: None, record, time_limit=0.1))
    assert record.seconds == pytest.approx(0.2)


async def test_without_a_fallback_tts_the_reply_ends(make_rig: MakeRig) -> None:
    """As before: everything up to the failure is heard."""
    async with failing(make_rig, None) as rig:
        with pytest.raises(APIError):
            await rig.say(TEXT, conn_options=NO_RETRY)
