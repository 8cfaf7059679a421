"""A reply that the fallback TTS finishes: on a virtual clock, whole."""

from __future__ import annotations

from livekit.plugins.sarvam_pooled.errors import (
    ConnectionLost,
    RequestRefused,
)
from livekit.plugins.sarvam_pooled.synthesis.attempt import SynthesisRequest

from .studio import RATE, Plan, Studio, sentences, speak


def test_the_fallback_tts_goes_on_with_a_reply_that_was_heard() -> None:
    """The Segment that failed for good, and all behind it; no word is lost."""
    gone = Plan(first=0.1, pieces=0, errors=(ConnectionLost("x"),) * 9)
    studio = Studio({2: gone, 3: gone, 4: gone, 5: gone})
    second = Studio()
    outcome = speak(sentences(6), studio=studio, fallback=second, parallel=1, retries=2)
    assert outcome.error is None
    assert [index for _, index in studio.began] == [0, 1, 2, 2, 2]
    assert [index for _, index in second.began] == [2, 3, 4, 5]
    assert outcome.lengths == [(index, 1.0) for index in range(6)]
    assert outcome.text == sentences(6)


def test_segments_under_way_are_handed_over_one_by_one() -> None:
    """What Sarvam has made of them by then is heard in its voice."""
    gone = Plan(first=0.1, pieces=0, errors=(ConnectionLost("x"),) * 9)
    studio = Studio({1: gone, 3: Plan(first=2.0)})
    second = Studio()
    outcome = speak(sentences(4), studio=studio, fallback=second, parallel=4)
    assert outcome.lengths == [(index, 1.0) for index in range(4)]
    assert [index for _, index in second.began] == [1]


def test_what_fails_before_its_turn_is_handed_over_too() -> None:
    """The first Segment is on its way, and the reply begins with it: it must not end there."""
    gone = Plan(first=0.1, pieces=0, errors=(RequestRefused("x", status=402),) * 9)
    studio = Studio({0: Plan(first=1.0), 1: gone})
    outcome = speak(sentences(3), studio=studio, fallback=Studio(), parallel=3)
    assert outcome.error is None
    assert outcome.lengths == [(index, 1.0) for index in range(3)]


def test_a_reply_that_nobody_has_heard_is_left_to_the_next_voice() -> None:
    """It speaks all of it, and not only what the first could not."""
    gone = Plan(first=0.1, pieces=0, errors=(ConnectionLost("x"),) * 9)
    second = Studio()
    outcome = speak(sentences(3), studio=Studio({0: gone}), fallback=second)
    assert isinstance(outcome.error, ConnectionLost)
    assert second.began == []
    assert outcome.pcm == b""


class Hardly(Studio):
    """Breaks off after 10 ms: less than is passed on at a time."""

    async def __call__(self, request: SynthesisRequest) -> None:
        request.on_pcm(bytes([1, 0]) * (RATE // 100))
        raise ConnectionLost("x")


def test_nothing_is_passed_on_of_a_reply_that_fails_before_it_begins() -> None:
    """LiveKit's adapter would take it for begun, and lose all its words."""
    outcome = speak(sentences(2), studio=Hardly(), fallback=Studio(), retries=0)
    assert isinstance(outcome.error, ConnectionLost)
    assert outcome.pushes == []
