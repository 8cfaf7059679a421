"""What lies between a caller and an agent."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.caller.audio_path import RATE, AudioPath, Noise, at_level, noisy
from sandbox.voice.pcm import Samples


def rms(samples: Samples) -> float:
    """In dBFS."""
    return float(10 * np.log10(np.mean(np.square(samples / 32768))))


def vowel(seconds: float) -> Samples:
    """Something like one."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * 150 * n * at) / n for n in range(1, 12)) * 4000
    return np.asarray(sound).astype(np.int16)


@pytest.mark.parametrize("kind", ["white", "pink", "crowd", "office"])
@pytest.mark.parametrize("level", [-60.0, -35.0])
def test_noise_has_the_level_that_is_asked_for(kind: Noise, level: float) -> None:
    """And is the same again with the same seed."""
    silence = np.zeros(2 * RATE, np.int16)
    noise = noisy(silence, kind, level, seed=1)
    assert rms(noise) == pytest.approx(level, abs=0.1)
    assert np.array_equal(noise, noisy(silence, kind, level, seed=1))
    assert not np.array_equal(noise, noisy(silence, kind, level, seed=2))


def test_a_voice_has_its_level_while_it_speaks() -> None:
    """Whatever silence is around it; what is too loud is clipped."""
    voice = np.concatenate((np.zeros(RATE, np.int16), vowel(1), np.zeros(RATE, np.int16)))
    assert rms(at_level(voice, -30)[RATE : 2 * RATE]) == pytest.approx(-30, abs=0.1)
    assert np.abs(at_level(voice, 0).astype(int)).max() == 32768


def test_gain_control_raises_the_noise_behind_a_voice() -> None:
    """What LiveKit's room input does, and made the reported end of speech 0.3 s late."""
    voice = np.concatenate((np.zeros(RATE, np.int16), vowel(2), np.zeros(RATE, np.int16)))
    before = noisy(at_level(voice, -40), "white", -70, seed=1)
    after = AudioPath(gain=True).carry(before)
    assert rms(after[-RATE // 4 :]) > rms(before[-RATE // 4 :]) + 6


@pytest.mark.parametrize(
    "path",
    [
        AudioPath(),
        AudioPath(suppression=True),
        AudioPath(opus=True),
        AudioPath(suppression=True, opus=True),
    ],
)
def test_a_path_delays_the_sound_by_what_it_says(path: AudioPath) -> None:
    """By the correlation of what goes in with what comes out."""
    silence = np.zeros(RATE // 4, np.int16)
    voice = np.concatenate((silence, vowel(0.3), silence))
    heard = path.carry(voice).astype(float)
    products = np.correlate(heard, voice[: -RATE // 10].astype(float), "valid")
    # The high-pass filter turns the phase of the lowest tones.
    assert np.argmax(products) / RATE == pytest.approx(path.delay, abs=0.004)
