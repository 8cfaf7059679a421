"""Where speech ends and begins, in levels."""

from __future__ import annotations

import numpy as np
import pytest

from agent.latency.edges import BLOCK, Levels, beginning_of_speech, end_of_speech

SPOKEN = 200
"""Blocks of speech in each case, before the ones that matter."""
LAG = 13
"""Blocks by which the VAD is late."""


def noise(seconds: float, level: float, *, to: float | None = None, spread: float = 0.7) -> Levels:
    """Noise in dB, white unless `spread` is another, from one level to another."""
    size = round(seconds / BLOCK)
    slope = np.linspace(level, level if to is None else to, size)
    return (slope + np.random.default_rng(1).normal(0, spread, size)).astype(np.float32)


def speech(*, to: float = 65.0, softly: int = 0) -> Levels:
    """Syllables around 70 dB that end at `to`, the last so many blocks in a straight line."""
    at = np.arange(SPOKEN)
    levels = 70 - 8 * np.cos(2 * np.pi * at / 50)
    if softly:
        levels[-softly:] = np.linspace(levels[-softly], to, softly)
    return levels.astype(np.float32)


def heard(*parts: Levels, late: int = LAG) -> int | None:
    """Blocks from the end of the first part to the end that is found."""
    levels = np.concatenate(parts)
    end = end_of_speech(levels, parts[0].size + late)
    return None if end is None else end - parts[0].size


@pytest.mark.parametrize("level", [-20.0, 20.0, 40.0, 50.0, 55.0])
def test_speech_ends_where_only_noise_goes_on(level: float) -> None:
    """Whatever the level of both, and to the block."""
    assert heard(speech(), noise(0.4, level)) == 0
    assert heard(speech() - 40, noise(0.4, level - 40)) == 0


def test_noise_that_gain_control_raises_is_no_voice() -> None:
    """By 13 dB in 0.3 s, right behind the last word: rms 26 to 110 in a call."""
    assert heard(speech(), noise(0.3, 28, to=41), noise(0.1, 41)) == 0


def test_noise_that_a_suppressor_lowers_is_no_voice() -> None:
    """It learns the noise again when the voice is gone."""
    assert heard(speech(), noise(0.3, 45, to=30), noise(0.1, 30)) == 0


def test_noise_from_before_the_speech_tells_nothing() -> None:
    """A floor that steps up by 12 dB, or down, while the caller speaks."""
    for before in (28.0, 52.0):
        levels = np.concatenate((noise(0.5, before), speech(), noise(0.4, 40)))
        assert end_of_speech(levels, 100 + SPOKEN + LAG) == 100 + SPOKEN


def test_a_soft_ending_counts_down_to_the_echo() -> None:
    """A nasal that decays by 40 dB ends 32 dB below the loudest block, at 46."""
    end = heard(speech(to=38, softly=40), noise(0.4, 10))
    assert end == pytest.approx(-11, abs=1)


def test_the_release_of_a_stop_counts() -> None:
    """The t of "left" comes 90 ms behind its vowel; the VAD has given up by then."""
    closure, release = noise(0.09, 30), noise(0.03, 55)
    assert heard(speech(), closure, release, noise(0.4, 30), late=8) == 24


@pytest.mark.parametrize("after", [0.2, 0.3])
def test_a_door_behind_the_speech_does_not(after: float) -> None:
    """A slam of 100 ms, which the VAD does not take for speech."""
    assert heard(speech(), noise(after, 30), noise(0.1, 70), noise(0.4, 30)) == 0


def test_a_spike_of_noise_does_not() -> None:
    """One block of it, 60 ms behind the voice."""
    tail = noise(0.4, 40)
    tail[12] += 10
    assert heard(speech(), tail) == 0


def test_what_the_vad_hears_longer_is_looked_for_below() -> None:
    """A fricative 35 dB under the vowels, 0.25 s long: Silero knows it for speech."""
    fricative = noise(0.25, 43)
    assert heard(speech(), fricative, noise(0.4, 20), late=50 + LAG) == 50


def test_other_people_in_the_noise_are_not_the_caller() -> None:
    """Where noise has sounds of its own, only what the VAD hears counts."""
    crowd = noise(0.5, 40, spread=6)
    assert heard(speech(), crowd) in range(-3, LAG + 1)


def test_an_end_that_nothing_shows_is_not_made_up() -> None:
    """Speech below its noise, noise alone, and too little to say."""
    assert heard(noise(1, 40), noise(0.4, 40)) is None
    assert heard(speech() - 30, noise(0.4, 70)) is None
    assert end_of_speech(speech()[:20], 10) is None
    assert end_of_speech(np.empty(0, np.float32), 0) is None
    # The VAD heard speech for half a second more, and there is none.
    assert heard(speech(), noise(0.9, 40), late=100) is None


def test_a_beginning_is_found_likewise() -> None:
    """The VAD knows it for speech 40 ms later."""
    for level in (10.0, 40.0, 50.0):
        levels = np.concatenate((noise(0.5, level), speech()[::-1][:30]))
        assert beginning_of_speech(levels, 108) == pytest.approx(100, abs=1)
