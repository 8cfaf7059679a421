"""What audio is long enough for: to be stored, to have the words, to have no `final`."""

from __future__ import annotations

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.duration import min_duration
from livekit.plugins.sarvam_pooled.phrases.key import phrase_key
from livekit.plugins.sarvam_pooled.synthesis.completeness import (
    is_empty,
    is_plausible,
    looks_complete,
    may_be_stored,
)
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import MIN_SEGMENTS, SpeechRate
from livekit.plugins.sarvam_pooled.voice import Voice

from sandbox.voice import speak

from ..sentences import SPOKEN

TEXT = "Welcome to the clinic of Asha."


def sound(seconds: float, rate: int) -> bytes:
    return np.full(round(seconds * rate), 1000, "<i2").tobytes()


@pytest.mark.parametrize("rate", [8000, 24000])
@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
def test_sound_must_last_as_long_as_the_text_takes_at_least(rate: int, pace: float) -> None:
    """At the pace and the rate of the voice; silence does not count."""
    voice = Voice(pace=pace, speech_sample_rate=rate)
    key = phrase_key(TEXT, voice, provider="sarvam")
    least = min_duration(TEXT, pace=pace)
    assert may_be_stored(sound(least + 0.01, rate), key)
    assert not may_be_stored(sound(least - 0.05, rate), key)
    assert not may_be_stored(bytes(len(sound(least * 3, rate))), key)


@pytest.mark.parametrize("language", SPOKEN)
async def test_words_that_are_said_take_some_time(language: str) -> None:
    """In every script, at every pace; a tenth of the usual time is none of them."""
    text = SPOKEN[language]
    for pace in (0.5, 1.0, 2.0):
        seconds = len(await speak(text, language=language, pace=pace)) / 2 / 24000
        assert not is_empty(text, seconds, pace=pace)
        assert not is_empty(text, seconds / 3, pace=pace)
        assert is_empty(text, seconds / 30, pace=pace)


@pytest.mark.parametrize("text", ["", "...", "Hm.", "Okay.", "!" * 50])
def test_a_text_without_words_may_give_nothing(text: str) -> None:
    assert not is_empty(text, 0.0, pace=1.0)


def test_the_last_attempt_may_be_far_faster_than_usual() -> None:
    """It is held to a weaker bound: 0.3 of the expected length."""
    rate = SpeechRate()
    assert is_plausible(rate, characters=140, seconds=3.1)
    assert not is_plausible(rate, characters=140, seconds=2.9)


def test_a_learnt_rate_is_a_stricter_bound() -> None:
    """0.85 of the length that the voice usually takes, instead of 0.6 of what voices do."""
    rate = SpeechRate()
    assert looks_complete(rate, characters=140, seconds=6.1)
    assert not looks_complete(rate, characters=140, seconds=5.9)
    for _ in range(MIN_SEGMENTS):
        rate.observe(characters=100, seconds=10.0)
    assert looks_complete(rate, characters=50, seconds=4.5)
    assert not looks_complete(rate, characters=50, seconds=4.2)
