"""Trimming and resampling of samples."""

import numpy as np
import pytest

from sandbox.voice.pcm import resample, trim_tail


def sine(seconds, rate, hertz=440):
    return (np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 9000).astype(
        np.int16
    )


def test_silence_at_the_end_is_trimmed():
    """Of the silence after the last sound a short tail is left; the sound itself is whole."""
    sound = sine(0.5, 8000)
    quiet = np.full(8000, 20, np.int16)
    trimmed = trim_tail(np.concatenate([sound, quiet]), 8000)
    assert sound.size <= trimmed.size <= sound.size + 0.05 * 8000
    assert np.array_equal(trimmed[: sound.size], sound)


def test_silence_alone():
    """Nothing is left of silence, or of nothing."""
    assert trim_tail(np.zeros(800, np.int16), 8000).size == 0
    assert trim_tail(np.zeros(0, np.int16), 8000).size == 0


def test_loudest_negative_sample_is_sound():
    """The lowest sample has no positive counterpart in 16 bits, and is sound all the same."""
    samples = np.array([0, -32768, *[0] * 800], np.int16)
    assert trim_tail(samples, 8000).size > 1


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
def test_resampled_tone(rate):
    """A tone keeps its length, loudness and pitch."""
    sound = resample(sine(1.0, 22050), 22050, rate)
    assert sound.size == pytest.approx(rate, abs=2)
    assert np.std(sound) == pytest.approx(9000 / np.sqrt(2), rel=0.02)
    peak = np.argmax(np.abs(np.fft.rfft(sound))) * rate / sound.size
    assert peak == pytest.approx(440, abs=1)


def test_band_limit():
    """What the lower rate cannot carry is taken out, not folded back."""
    sound = resample(sine(1.0, 22050, hertz=6000), 22050, 8000)
    assert np.std(sound[400:-400]) < 100


def test_same_rate():
    """At the same rate the samples stay as they are."""
    sound = sine(0.1, 22050)
    assert resample(sound, 22050, 22050) is sound
