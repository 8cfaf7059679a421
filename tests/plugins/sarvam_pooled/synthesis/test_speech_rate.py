"""How much audio a text should give."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.synthesis.speech_rate import MIN_SEGMENTS, SpeechRate


def test_a_prior_serves_until_enough_was_heard() -> None:
    """14 characters a second, by the pace."""
    assert SpeechRate().expected(140) == pytest.approx(10.0)
    assert SpeechRate(pace=2.0).expected(140) == pytest.approx(5.0)


def test_the_voices_own_rate_is_learnt() -> None:
    """After a few Segments the rate is that of the voice."""
    rate = SpeechRate()
    for _ in range(MIN_SEGMENTS):
        rate.observe(characters=100, seconds=10.0)
    assert rate.expected(50) == pytest.approx(5.0)


def test_short_segments_teach_nothing() -> None:
    """ "Yes." has a pause as long as itself."""
    rate = SpeechRate()
    for _ in range(10):
        rate.observe(characters=4, seconds=3.0)
    assert rate.expected(14) == pytest.approx(1.0)
