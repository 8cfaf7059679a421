"""The caller's last voiced sample."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.latency.edges import BLOCK
from agent.latency.speech_boundary import SpeechBoundary

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


class Listened:
    """A track, and about when the VAD hears its voice."""

    def __init__(self, listener: SpeechBoundary) -> None:
        self.listener = listener

    def ended(self, since: float, until: float) -> float | None:
        """Of a voice from `since` to `until`, which the VAD dates 20 ms and 65 ms late."""
        return self.listener.ended(since=since + 0.02, until=until + 0.065)

    def began(self, since: float) -> float | None:
        """Of a voice from there on."""
        return self.listener.began(since=since + 0.02)


def hear(
    *parts: Signal,
    frame: float = 0.01,
    start: float = 100.0,
    late: Iterable[float] = (),
    rate: int = RATE,
) -> Listened:
    """Feed the parts one after the other; frame n comes `late[n]` seconds after its last sample."""
    samples = np.concatenate(parts).clip(-32768, 32767).astype("<i2")
    listener = SpeechBoundary(sample_rate=rate)
    size = round(frame * rate)
    delays = list(late)
    for n, first in enumerate(range(0, samples.size, size)):
        chunk = samples[first : first + size]
        delay = delays[n] if n < len(delays) else 0.0
        listener.feed(chunk.tobytes(), start + (first + chunk.size) / rate + delay)
    return Listened(listener)


def test_noise_alone_has_no_voice() -> None:
    """Though the VAD may have heard one; nothing was ever heard, nor anything yet."""
    for level in (0, 20, 100, 500, 3000):
        assert hear(noise(3, level)).ended(101, 102.7) is None
        assert hear(noise(3, level)).began(101) is None
    assert SpeechBoundary(sample_rate=RATE).ended(since=0, until=1) is None
    assert SpeechBoundary(sample_rate=RATE).began(since=0) is None


@pytest.mark.parametrize("level", [0, 50, 200, 600])
@pytest.mark.parametrize("loud", [200, 6000, 60_000])
def test_the_end_of_speech_is_found_in_silence_and_in_noise(level: float, loud: float) -> None:
    """Within 10 ms, of soft voices, loud ones and clipped ones, and so is the beginning."""
    sound = np.concatenate((silence(1), voice(1.5, loud), silence(0.4)))
    heard = hear(sound + noise(2.9, level * min(loud, 6000) / 6000))
    assert heard.ended(101, 102.5) == pytest.approx(102.5, abs=0.010)
    assert heard.began(101) == pytest.approx(101.0, abs=0.030)


def test_a_rumble_is_no_voice() -> None:
    """Steps shake the table, 12 Hz and as loud as the voice, when it has ended."""
    at = np.arange(round(0.4 * RATE)) / RATE
    heard = hear(silence(1), voice(1), 6000 * np.sin(2 * np.pi * 12 * at))
    assert heard.ended(101, 102) == pytest.approx(102.0, abs=0.010)


@settings(max_examples=20)
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
    begin = 100 + round(before * RATE) / RATE
    end = begin + round(spoken * RATE) / RATE
    assert heard.ended(begin, end) == pytest.approx(end, abs=2 * BLOCK)


@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_it_does_not_matter_how_often_it_is_sampled(rate: int) -> None:
    """The console's microphone has 24 kHz."""
    slow = np.concatenate((silence(1), voice(1), silence(0.4)))
    at = np.arange(slow.size * rate // RATE) * RATE // rate
    heard = hear(slow[at], rate=rate)
    assert heard.ended(101, 102) == pytest.approx(102.0, abs=0.010)


def test_a_click_is_not_speech() -> None:
    """0.3 s after what was said."""
    heard = hear(silence(1), voice(1), silence(0.3), click(), silence(0.2))
    assert heard.ended(101, 102) == pytest.approx(102.0, abs=0.010)


def test_the_release_of_a_stop_belongs_to_its_word() -> None:
    """The t of "hat" comes after 60 ms of silence and is as short as a click."""
    heard = hear(silence(1), voice(0.5), silence(0.06), noise(0.01, 3000), silence(0.4))
    assert heard.ended(101, 101.5) == pytest.approx(101.57, abs=0.010)


def test_an_utterance_longer_than_memory_ends_too() -> None:
    """Ten seconds, though levels are kept for four."""
    heard = hear(silence(1), voice(10), silence(0.4))
    assert heard.ended(101, 111) == pytest.approx(111.0, abs=0.010)


def test_a_pause_parts_two_utterances() -> None:
    """The VAD says where the second begins, and the one before it is not asked for."""
    parted = hear(silence(1), voice(0.6), silence(0.6), voice(0.5), silence(0.4))
    assert parted.began(102.2) == pytest.approx(102.2, abs=0.030)
    assert parted.ended(102.2, 102.7) == pytest.approx(102.7, abs=0.010)


@settings(max_examples=10)
@given(late=st.lists(st.floats(0, 0.06), min_size=250, max_size=250))
def test_frames_that_come_late_do_not_move_the_instant(late: list[float]) -> None:
    """Most do in a busy process; the least delayed one has the time of all."""
    late[::40] = [0.0] * len(late[::40])
    heard = hear(silence(1), voice(1), silence(0.5), late=late)
    assert heard.ended(101, 102) == pytest.approx(102.0, abs=0.010)


@pytest.mark.parametrize("muted", [2.0, 7.0])
def test_a_muted_track_moves_nothing_that_is_heard(muted: float) -> None:
    """No frames come for a while: what comes after is where it is."""
    heard = hear(silence(1), voice(1), silence(0.5))
    assert heard.ended(101, 102) == pytest.approx(102.0, abs=0.010)
    frames = np.concatenate((silence(0.5), voice(0.5), silence(0.4))).astype("<i2")
    resumed = 102.5 + muted
    for first in range(0, frames.size, 160):
        heard.listener.feed(frames[first : first + 160].tobytes(), resumed + (first + 160) / RATE)
    begin = resumed + 0.5
    assert heard.ended(begin, begin + 0.5) == pytest.approx(begin + 0.5, abs=0.010)
    assert heard.began(begin) == pytest.approx(begin, abs=0.030)
