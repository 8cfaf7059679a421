"""Spans of sound and delays, read off synthetic audio whose edges are known to the sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sandbox.caller.timing import (
    QUIETEST,
    Samples,
    Span,
    answer_delay,
    is_loud,
    loudness_limit,
    merge,
    sounds,
    stop_delay,
    within,
)

RATE = 24_000


def track(
    seconds: float, *spans: tuple[float, float], level: int = 8000, noise: float = 0.0
) -> Any:
    """A track with a 300 Hz tone in each span, over white noise of that RMS."""
    time = np.arange(round(seconds * RATE)) / RATE
    samples = np.random.default_rng(1).normal(0, noise, time.size) if noise else np.zeros(time.size)
    for start, end in spans:
        inside = (time >= start) & (time < end)
        # A cosine, so that the very first sample is loud.
        samples += np.where(inside, level * np.cos(2 * np.pi * 300 * (time - start)), 0)
    result: Samples = np.clip(samples, -32768, 32767).astype(np.int16)
    return result


def silence_with_noise(seconds: float, rms: float) -> Samples:
    return track(seconds, noise=rms)


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], []),
        ([(1.0, 2.0)], [(1.0, 2.0)]),
        ([(0.0, 0.5)], [(0.0, 0.5)]),
        ([(1.0, 3.0)], [(1.0, 3.0)]),
        ([(1.0034, 2.0017)], [(1.0034, 2.0017)]),
        # A pause within a sentence does not part it; one between two sentences does.
        ([(0.5, 1.0), (1.2, 2.0)], [(0.5, 2.0)]),
        ([(0.5, 1.0), (1.5, 2.0)], [(0.5, 1.0), (1.5, 2.0)]),
        # A click is not speech, and does not move the edge of speech that follows later.
        ([(1.0, 1.008)], []),
        ([(1.0, 1.008), (1.2, 2.0)], [(1.2, 2.0)]),
        # The release of a final stop consonant belongs to the word.
        ([(1.0, 1.5), (1.58, 1.588)], [(1.0, 1.588)]),
    ],
)
@pytest.mark.parametrize("noise", [0.0, 12.0, 60.0])
def test_each_sound_is_found_with_both_edges(
    spans: list[tuple[Any, ...]], found: list[tuple[Any, ...]], noise: float
) -> None:
    """Each sound is found with both edges, in silence and in noise, within two milliseconds."""
    heard = sounds(track(3.0, *spans, noise=noise), RATE)
    assert len(heard) == len(found)
    for span, (start, end) in zip(heard, found, strict=True):
        assert span.start == pytest.approx(start, abs=0.002)
        assert span.end == pytest.approx(end, abs=0.002)


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 48_000])
def test_seconds_do_not_depend_on_the_sample_rate(rate: int) -> None:
    """Seconds are seconds at every sample rate."""
    samples = np.zeros(rate * 2, np.int16)
    samples[rate // 2 : rate] = np.where(np.arange(rate // 2) % 20 < 10, 5000, -5000)
    assert sounds(samples, rate) == [Span(0.5, 1.0)]


def test_threshold_follows_the_noise_floor() -> None:
    """Noise alone is silence however loud it is, and a voice well above it is still found."""
    noisy = track(4.0, (1.0, 2.0), noise=300.0, level=12_000)
    assert loudness_limit(noisy, RATE) > 3 * 300
    (span,) = sounds(noisy, RATE)
    assert (span.start, span.end) == pytest.approx((1.0, 2.0), abs=0.005)


def test_threshold_has_a_lower_bound() -> None:
    """A decoder's idle noise under -50 dBFS is silence even on a track that is silent otherwise."""
    assert sounds(silence_with_noise(2.0, 20.0), RATE) == []
    assert loudness_limit(silence_with_noise(2.0, 2.0), RATE) == QUIETEST


def test_a_track_without_silence_is_sound() -> None:
    """A track that sounds from end to end is one span, not its own noise floor."""
    assert sounds(track(2.0, (0.0, 2.0)), RATE) == [Span(0.0, pytest.approx(2.0, abs=0.001))]


def test_an_empty_track_has_no_sound() -> None:
    """A track without a single whole window has no sound."""
    assert sounds(np.zeros(0, np.int16), RATE) == []
    assert sounds(np.full(50, 9000, np.int16), RATE) == []


@pytest.mark.parametrize(("level", "loud"), [(0, False), (99, False), (100, True), (9000, True)])
def test_a_frame_is_loud_from_50_db_below_full_scale(level: int, loud: bool) -> None:
    """A frame is loud from -50 dBFS on."""
    assert is_loud(np.full(240, level, np.int16)) is loud


def test_an_empty_frame_is_not_loud() -> None:
    """A frame without samples is silence."""
    assert not is_loud(np.zeros(0, np.int16))


def test_spans_are_joined_across_short_pauses() -> None:
    """Spans are joined across pauses shorter than the given one."""
    spans = [Span(0, 1), Span(1.2, 2), Span(2.5, 3)]
    assert merge(spans, pause=0.3) == [Span(0, 2), Span(2.5, 3)]
    assert merge(spans, pause=0.1) == spans
    assert merge([], pause=1) == []


def test_spans_are_cut_to_the_interval() -> None:
    """Spans are cut to the interval, and those outside it are left out."""
    spans = [Span(0, 1), Span(2, 3), Span(4, 5)]
    assert within(spans, 0.5, 2.5) == [Span(0.5, 1), Span(2, 2.5)]
    assert within(spans, 1, 2) == []


@pytest.mark.parametrize(
    ("agent", "until", "delay"),
    [
        ([], 10, None),
        ([Span(3, 4)], 10, 1.0),
        # What the agent was saying before and during the line is no answer to it.
        ([Span(0, 0.8), Span(1.5, 2.2), Span(3, 4)], 10, 1.0),
        ([Span(1.5, 2.2)], 10, None),
        # Sound after the next line belongs to that line.
        ([Span(5, 6)], 4, None),
        ([Span(2, 3)], 10, 0.0),
    ],
)
def test_the_answer_begins_with_the_first_onset_after_the_caller(
    agent: list[Span], until: int, delay: float | None
) -> None:
    """The answer begins with the first onset after the caller's last sound."""
    assert answer_delay(agent, Span(1, 2), until) == delay


@pytest.mark.parametrize(
    ("agent", "delay"),
    [
        ([], None),
        ([Span(0, 0.9)], None),
        ([Span(1.1, 3)], None),
        ([Span(0, 1.25), Span(2.5, 4)], 0.25),
    ],
)
def test_barge_in_is_timed_to_the_end_of_the_interrupted_sound(
    agent: list[Span], delay: float | None
) -> None:
    """Barge-in is timed to the end of the sound that the caller cut into."""
    assert stop_delay(agent, Span(1, 2)) == delay
