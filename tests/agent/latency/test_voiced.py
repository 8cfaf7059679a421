"""The caller's last voiced sample."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.latency.voiced import BLOCK, Voiced

RATE = 16_000
Signal = NDArray[np.float64]


def silence(seconds: float) -> Signal:
    """Nothing at all."""
    return np.zeros(round(seconds * RATE))


def noise(seconds: float, level: float, seed: int = 1) -> Signal:
    """Steady noise with that RMS."""
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE))


def voice(seconds: float, level: float = 6000) -> Signal:
    """A voice of 150 Hz with four syllables a second, loud to its end."""
    at = np.arange(round(seconds * RATE)) / RATE
    syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * (at[-1] - at) + np.pi)
    sound: Signal = level * syllables * np.sign(np.sin(2 * np.pi * 150 * at))
    return sound


def click(seconds: float = 0.008, level: float = 20_000) -> Signal:
    """A short knock."""
    return level * np.sign(np.sin(np.arange(round(seconds * RATE))))


def hear(
    *parts: Signal, frame: float = 0.01, start: float = 100.0, late: Iterable[float] = ()
) -> Voiced:
    """Feed the parts one after the other; frame n comes `late[n]` seconds after its last sample."""
    samples = np.concatenate(parts).clip(-32768, 32767).astype("<i2")
    listener = Voiced(sample_rate=RATE)
    size = round(frame * RATE)
    delays = list(late)
    for n, first in enumerate(range(0, samples.size, size)):
        chunk = samples[first : first + size]
        delay = delays[n] if n < len(delays) else 0.0
        listener.feed(chunk.tobytes(), start + (first + chunk.size) / RATE + delay)
    return listener


def test_silence_and_noise_alone_have_no_voice() -> None:
    """From the first frame on, at any level that is steady."""
    assert hear(silence(2)).ended is None
    for level in (20, 100, 500, 3000):
        assert hear(noise(10, level)).ended is None


def test_hum_of_the_mains_is_no_voice() -> None:
    """Its energy goes up and down within its 20 ms."""
    at = np.arange(5 * RATE) / RATE
    assert hear(2000 * np.sin(2 * np.pi * 50 * at)).ended is None


@pytest.mark.parametrize("level", [0, 50, 200])
def test_the_end_of_speech_is_found_in_silence_and_in_noise(level: float) -> None:
    """Within 10 ms, and so is the beginning."""
    sound = np.concatenate((silence(1), voice(1.5), silence(2)))
    heard = hear(sound + noise(4.5, level))
    assert heard.ended == pytest.approx(102.5, abs=0.010)
    assert heard.began == pytest.approx(101.0, abs=0.030)


@settings(max_examples=20, deadline=None)
@given(
    before=st.floats(0.3, 2.0),
    spoken=st.floats(0.2, 1.5),
    frame=st.sampled_from([0.010, 0.020, 0.0213, 0.050, 0.1]),
)
def test_it_does_not_matter_how_the_audio_is_cut(
    before: float, spoken: float, frame: float
) -> None:
    """Frames need not begin where the voice does, nor be whole blocks."""
    heard = hear(silence(before), voice(spoken), silence(0.5), frame=frame)
    end = 100 + round(before * RATE) / RATE + round(spoken * RATE) / RATE
    assert heard.ended == pytest.approx(end, abs=2 * BLOCK)


def test_a_click_is_not_speech() -> None:
    """Neither alone nor after what was said."""
    assert hear(silence(1), click(), silence(1)).ended is None
    assert hear(silence(1), click(), silence(0.3), click(), silence(1)).ended is None
    heard = hear(silence(1), voice(1), silence(0.4), click(), silence(1))
    assert heard.ended == pytest.approx(102.0, abs=0.010)


def test_the_release_of_a_stop_belongs_to_its_word() -> None:
    """The t of "hat" comes after 60 ms of silence and is as short as a click."""
    heard = hear(silence(1), voice(0.5), silence(0.06), noise(0.01, 3000), silence(1))
    assert heard.ended == pytest.approx(101.57, abs=0.010)


def test_noise_that_begins_is_learnt() -> None:
    """A fan is switched on: after some seconds it is background, and speech is heard over it."""
    heard = hear(silence(1), noise(5, 300), noise(1, 300, seed=2) + voice(1), noise(2, 300, seed=3))
    assert heard.ended == pytest.approx(107.0, abs=0.020)


def test_a_pause_parts_two_utterances() -> None:
    """`began` is the beginning of the later one; a breath between phrases parts none."""
    parted = hear(silence(1), voice(0.6), silence(0.6), voice(0.5), silence(0.5))
    assert parted.began == pytest.approx(102.2, abs=0.030)
    joined = hear(silence(1), voice(0.6), silence(0.2), voice(0.5), silence(0.5))
    assert joined.began == pytest.approx(101.0, abs=0.030)


@settings(max_examples=10, deadline=None)
@given(late=st.lists(st.floats(0, 0.06), min_size=250, max_size=250))
def test_frames_that_come_late_do_not_move_the_instant(late: list[float]) -> None:
    """Most do in a busy process; the least delayed tells the time of all."""
    late[::40] = [0.0] * len(late[::40])
    heard = hear(silence(1), voice(1), silence(0.5), late=late)
    assert heard.ended == pytest.approx(102.0, abs=0.010)


def test_a_muted_track_moves_nothing_that_was_heard() -> None:
    """No frames come for 7 s: what was said before is where it was, what comes after is there."""
    listener = hear(silence(1), voice(1), silence(0.5))
    frames = np.concatenate((silence(0.5), voice(0.5), silence(0.2))).astype("<i2")
    listener.feed(frames[:160].tobytes(), 109.51)
    assert listener.ended == pytest.approx(102.0, abs=0.010)
    for first in range(160, frames.size, 160):
        listener.feed(frames[first : first + 160].tobytes(), 109.5 + (first + 160) / RATE)
    assert listener.ended == pytest.approx(110.5, abs=0.010)
    assert listener.began == pytest.approx(110.0, abs=0.030)
