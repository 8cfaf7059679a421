"""How long to wait for more audio: by what is usual, and by what the caller still has to hear."""

from __future__ import annotations

import math

import pytest
from livekit.plugins.sarvam_pooled.synthesis.stall_timeout import (
    ACCEPT_MARGIN,
    HISTORY,
    MIN_PAUSE,
    MIN_RESPONSES,
    PAUSE_FACTOR,
    PRIOR,
    MessageGaps,
    longest_wait,
)


def message_gaps(*longest: float) -> MessageGaps:
    gaps = MessageGaps()
    for seconds in longest:
        gaps.observe(seconds)
    return gaps


def test_before_enough_was_measured_the_prior_holds() -> None:
    """One quick response does not make the next one suspicious."""
    assert message_gaps(*[0.01] * (MIN_RESPONSES - 1)).suspicious_after(0.0) == PAUSE_FACTOR * PRIOR
    assert message_gaps(*[0.01] * MIN_RESPONSES).suspicious_after(0.0) == MIN_PAUSE


def test_a_lost_packet_is_never_suspicious() -> None:
    """However quick the responses are, a packet that is sent again has its time."""
    assert message_gaps(*[0.0] * 9).suspicious_after(0.0) == MIN_PAUSE


def test_a_response_slow_from_its_start_is_not_suspected_for_its_pace() -> None:
    """Its own pauses count, also when they are longer than those of all others."""
    assert message_gaps(*[0.02] * 9).suspicious_after(0.3) == PAUSE_FACTOR * 0.3


def test_a_response_whose_first_audio_was_slow_may_go_on_so() -> None:
    """Six times as long to the first audio, six times as long between two messages."""
    assert message_gaps(*[0.1] * 9).suspicious_after(0.0, slowness=6.0) == pytest.approx(2.4)
    assert message_gaps(*[0.1] * 9).suspicious_after(0.0, slowness=0.5) == pytest.approx(0.4)


def test_one_slow_response_in_twenty_teaches_no_patience() -> None:
    """Nine in ten decide."""
    assert message_gaps(*[0.1] * 19, 2.0).suspicious_after(0.0) == pytest.approx(PAUSE_FACTOR * 0.1)
    assert message_gaps(*[0.1] * 8, 2.0, 2.0).suspicious_after(0.0) == PAUSE_FACTOR * 2.0


def test_old_responses_are_forgotten() -> None:
    """A bad hour ends."""
    assert message_gaps(*[2.0] * HISTORY, *[0.1] * HISTORY).suspicious_after(0.0) == pytest.approx(
        0.4
    )


@pytest.mark.parametrize(
    ("slack", "waits"),
    [(0.0, 0.4), (0.9, 0.4), (1.5, 0.7), (2.0, 1.2), (9.0, 1.5), (math.inf, 1.5)],
)
def test_a_stall_is_decided_when_a_new_rendering_would_just_come_in_time(
    slack: float, waits: float
) -> None:
    """Not before the quiet is suspicious, and not behind the time limit."""
    found = longest_wait(suspicious=0.4, slack=slack, retry_latency=0.8, limit=1.5)
    assert found == pytest.approx(waits)


@pytest.mark.parametrize(
    ("slack", "waits"), [(0.0, 0.4), (0.6, 0.5), (0.9, 0.8), (9.0, 1.0), (math.inf, 1.0)]
)
def test_an_end_is_taken_just_before_the_caller_hears_silence(slack: float, waits: float) -> None:
    """Not before the quiet is suspicious, and not behind the time limit."""
    found = longest_wait(suspicious=0.4, slack=slack, retry_latency=ACCEPT_MARGIN, limit=1.0)
    assert found == pytest.approx(waits)


def test_a_time_limit_stays_one() -> None:
    """Also for a server whose pauses are longer than what the user allows."""
    assert longest_wait(suspicious=9.0, slack=0.0, retry_latency=0.0, limit=1.5) == 1.5
