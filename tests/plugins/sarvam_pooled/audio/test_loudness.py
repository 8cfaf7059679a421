"""A phrase from the store is as loud as the live voice, within limits."""

from __future__ import annotations

import numpy as np
import pytest
from livekit.plugins.sarvam_pooled.audio.loudness import Loudness, voiced_rms


def speech(amplitude: float, *, pause: float = 0.5) -> bytes:
    """A second of tone and some silence."""
    tone = np.sin(np.arange(24000) * 0.05) * amplitude
    return np.concatenate([tone, np.zeros(int(24000 * pause))]).astype("<i2").tobytes()


def test_pauses_do_not_count() -> None:
    """A phrase with long pauses is as loud as it sounds."""
    assert voiced_rms(speech(10000, pause=2)) == pytest.approx(voiced_rms(speech(10000)), rel=0.01)
    assert voiced_rms(speech(10000)) == pytest.approx(7071, rel=0.01)


@pytest.mark.parametrize("pcm", [b"", b"\0\0" * 100, b"\0\0" * 24000, b"\1\0" * 10])
def test_silence_has_no_level_and_stays_silence(pcm: bytes) -> None:
    """Neither as what is spoken live nor as a phrase."""
    loudness = Loudness()
    loudness.observe(pcm)
    assert loudness.match(speech(5000)) == speech(5000)
    loudness.observe(speech(5000))
    assert loudness.match(pcm) == pcm


def test_a_phrase_is_brought_to_the_running_level() -> None:
    """Softer or louder."""
    loudness = Loudness()
    loudness.observe(speech(8000))
    for amplitude in (6000, 10000):
        assert voiced_rms(loudness.match(speech(amplitude))) == pytest.approx(
            8000 / 2**0.5, rel=0.01
        )


def test_a_phrase_is_moved_by_four_decibels_at_most() -> None:
    """A larger difference is intended."""
    loudness = Loudness()
    loudness.observe(speech(8000))
    assert voiced_rms(loudness.match(speech(1000))) == pytest.approx(
        voiced_rms(speech(1000)) * 10 ** (4 / 20), rel=0.01
    )


def test_nothing_is_clipped() -> None:
    """A single loud sample limits the gain."""
    loudness = Loudness()
    loudness.observe(speech(30000))
    samples = np.frombuffer(speech(25000), "<i2").copy()
    samples[100] = 32000
    matched = np.frombuffer(loudness.match(samples.tobytes()), "<i2")
    assert matched.max() == 32767
    assert matched[100] == 32767


def test_the_level_follows_the_voice() -> None:
    """One loud sentence moves it a little, many move it there."""
    loudness = Loudness()
    loudness.observe(speech(5000))
    loudness.observe(speech(7000))
    assert voiced_rms(loudness.match(speech(5000))) == pytest.approx(5600 / 2**0.5, rel=0.01)
    for _ in range(20):
        loudness.observe(speech(7000))
    assert voiced_rms(loudness.match(speech(6000))) == pytest.approx(7000 / 2**0.5, rel=0.01)
