"""Phrases in front of a synthesiser: known ones cost no Attempt, whole ones are remembered."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.loudness import Loudness
from livekit.plugins.sarvam_pooled.errors import ConnectionLost
from livekit.plugins.sarvam_pooled.phrases.cache import PhraseCache
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.cached import CachedSynthesiser
from livekit.plugins.sarvam_pooled.synthesis.records import AttemptRecord
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.voice import Voice

from tests.support import virtual_clock

SOUND = np.full(48000, 1000, "<i2").tobytes()


class Behind:
    """A provider that takes `seconds` and gives two pieces."""

    def __init__(
        self,
        *,
        seconds: float = 0.3,
        fails: int = 0,
        ends: bool = True,
        sound: bytes = SOUND,
    ) -> None:
        self.asked: list[str] = []
        self.time_left: list[float] = []
        self._seconds = seconds
        self._fails = fails
        self._ends = ends
        self.sound = sound

    async def __call__(self, request: SynthesisRequest) -> None:
        self.asked.append(request.segment.spoken)
        self.time_left.append(request.time_left())
        request.on_pcm(self.sound[:1000])
        await asyncio.sleep(self._seconds)
        if self._fails:
            self._fails -= 1
            raise ConnectionLost("gone")
        request.on_pcm(self.sound[1000:])
        request.record.ended = self._ends


class Rig:
    """A synthesiser with phrases in front of it, and what it gave."""

    def __init__(self, behind: Behind, voice: Voice | None = None) -> None:
        self.behind = behind
        self.cache = PhraseCache(None, call_id="test")
        self.synthesiser = self.with_voice(voice or Voice())
        self.is_down = False

    def with_voice(self, voice: Voice) -> CachedSynthesiser:
        return CachedSynthesiser(
            self.behind,
            self.cache,
            voice=voice,
            provider="sarvam",
            loudness=Loudness(),
            is_down=lambda: self.is_down,
            on_hit=lambda _: None,
        )

    async def speak(
        self,
        text: str = "Sure.",
        *,
        synthesiser: CachedSynthesiser | None = None,
        hedge: bool = False,
        language: str | None = None,
        index: int = 0,
    ) -> tuple[bytes, AttemptRecord]:
        record = AttemptRecord(started=asyncio.get_running_loop().time(), hedge=hedge)
        heard = bytearray()
        segment = Segment(index, text, language)
        request = SynthesisRequest(segment, heard.extend, record, time_limit=5.0)
        await (synthesiser or self.synthesiser)(request)
        return bytes(heard), record


def test_a_phrase_is_synthesised_once_and_then_known() -> None:
    """The second time it is there at once, sample for sample, and the provider is not asked."""

    async def scenario() -> None:
        rig = Rig(Behind())
        first, made = await rig.speak()
        began = asyncio.get_running_loop().time()
        again, found = await rig.speak(" Sure. ")
        assert first == again == SOUND
        assert (made.cached, found.cached) == (False, True)
        assert asyncio.get_running_loop().time() == pytest.approx(began, abs=1e-6)
        assert rig.behind.asked == ["Sure."]

    virtual_clock.run(scenario())


def test_no_reply_begins_with_a_phrase_that_nothing_can_follow() -> None:
    """With the provider down the fallback TTS says it all; it cannot take over in the middle."""

    async def scenario() -> None:
        rig = Rig(Behind())
        await rig.speak()
        rig.is_down = True
        _, began = await rig.speak(index=0)
        _, went_on = await rig.speak(index=1)
        assert (began.cached, went_on.cached) == (False, True)

    virtual_clock.run(scenario())


@pytest.mark.parametrize("behind", [Behind(fails=1), Behind(ends=False)])
def test_what_failed_or_may_not_be_whole_is_not_remembered(behind: Behind) -> None:
    """Neither broken audio, nor audio whose end is an estimate."""

    async def scenario() -> None:
        rig = Rig(behind)
        for _ in range(2):
            await asyncio.gather(rig.speak(), return_exceptions=True)
        assert len(rig.behind.asked) == 2

    virtual_clock.run(scenario())


@pytest.mark.parametrize("faulty", [SOUND[:9600], bytes(len(SOUND)), SOUND[:9600] + bytes(90000)])
def test_what_is_too_short_for_its_text_is_played_and_not_remembered(faulty: bytes) -> None:
    """A server that cuts its audio and says that it is complete is heard once, not for an hour."""

    async def scenario() -> None:
        rig = Rig(Behind(sound=faulty))
        text = "Welcome to the clinic of Asha."
        assert (await rig.speak(text))[0] == faulty
        rig.behind.sound = SOUND
        again, record = await rig.speak(text)
        assert (again, record.cached) == (SOUND, False)
        assert (await rig.speak(text))[1].cached

    virtual_clock.run(scenario())


def test_the_audio_of_a_cancelled_attempt_is_not_cached() -> None:
    """A barge-in leaves nothing behind."""

    async def scenario() -> None:
        rig = Rig(Behind())
        speaking = asyncio.create_task(rig.speak())
        await asyncio.sleep(0.1)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        heard, record = await rig.speak()
        assert heard == SOUND
        assert not record.cached

    virtual_clock.run(scenario())


def test_streams_that_miss_the_same_phrase_make_it_once() -> None:
    """The others wait for the first, as that is no longer than their own would take."""

    async def scenario() -> None:
        rig = Rig(Behind(seconds=0.3))
        heard = await asyncio.gather(*(rig.speak() for _ in range(5)))
        assert [sound for sound, _ in heard] == [SOUND] * 5
        assert len(rig.behind.asked) == 1

    virtual_clock.run(scenario())


def test_no_stream_waits_long_for_another() -> None:
    """A slow one is overtaken."""

    async def scenario() -> None:
        rig = Rig(Behind(seconds=2.0))
        await asyncio.gather(*(rig.speak() for _ in range(2)))
        assert len(rig.behind.asked) == 2
        assert asyncio.get_running_loop().time() == pytest.approx(2.4, abs=0.01)

    virtual_clock.run(scenario())


def test_waiting_for_another_stream_counts_against_the_time_limit() -> None:
    """The synthesiser behind gets what is left."""

    async def scenario() -> None:
        rig = Rig(Behind(seconds=2.0))
        await asyncio.gather(*(rig.speak() for _ in range(2)))
        assert rig.behind.time_left == pytest.approx([5.0, 4.6])

    virtual_clock.run(scenario())


def test_a_hedge_asks_the_provider() -> None:
    """The first try is in the making of the phrase; waiting for it would be no hedge."""

    async def scenario() -> None:
        rig = Rig(Behind(seconds=0.3))
        await asyncio.gather(rig.speak(), rig.speak(hedge=True))
        assert len(rig.behind.asked) == 2

    virtual_clock.run(scenario())


def test_another_voice_or_language_is_another_phrase() -> None:
    """Also when the language is that of the Segment alone."""

    async def scenario() -> None:
        rig = Rig(Behind())
        await rig.speak()
        await rig.speak(synthesiser=rig.with_voice(Voice(pace=1.1)))
        await rig.speak(language="hi-IN")
        assert len(rig.behind.asked) == 3

    virtual_clock.run(scenario())
