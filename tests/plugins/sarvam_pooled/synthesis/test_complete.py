"""Audio that is kept must be long enough for its text."""

from __future__ import annotations

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.duration import min_duration
from livekit.plugins.sarvam_pooled.phrases.key import phrase_key
from livekit.plugins.sarvam_pooled.synthesis.complete import may_be_complete
from livekit.plugins.sarvam_pooled.voice import Voice

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
    assert may_be_complete(sound(least + 0.01, rate), key)
    assert not may_be_complete(sound(least - 0.05, rate), key)
    assert not may_be_complete(bytes(len(sound(least * 3, rate))), key)
