"""Segments whose audio ends without their words: on a virtual clock, in a whole reply."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.errors import EmptyAudio

from .studio import Plan, Studio, sentences, speak

EMPTY = Plan(first=0.1, pieces=0, errors=(EmptyAudio("x"),) * 9)
ONCE = Plan(first=0.1, errors=(EmptyAudio("x"),))


def test_words_that_were_not_said_are_asked_for_again() -> None:
    """The second Attempt has them."""
    outcome = speak(sentences(2), studio=Studio({1: ONCE}))
    assert outcome.error is None
    assert outcome.lengths == [(0, 1.0), (1, 1.0)]


def test_words_that_are_never_said_do_not_end_a_reply_that_sounds() -> None:
    """After a second Attempt without them the others are heard."""
    studio = Studio({1: EMPTY})
    outcome = speak(sentences(3), studio=studio, parallel=1)
    assert outcome.error is None
    assert [index for _, index in studio.began] == [0, 1, 1, 2]
    assert outcome.lengths == [(0, 1.0), (2, 1.0)]
    assert outcome.records[1].skipped


def test_the_fallback_tts_says_what_is_never_said() -> None:
    """Rather than that it is left out."""
    second = Studio()
    outcome = speak(sentences(3), studio=Studio({1: EMPTY}), fallback=second, parallel=1)
    assert outcome.error is None
    assert [index for _, index in second.began] == [1, 2]
    assert outcome.lengths == [(0, 1.0), (1, 1.0), (2, 1.0)]


@pytest.mark.parametrize("parallel", [1, 3])
def test_a_reply_that_is_never_said_fails(parallel: int) -> None:
    """A reply of nothing is no reply: the next TTS speaks it."""
    silent = Studio(usual=EMPTY)
    outcome = speak(sentences(3), studio=silent, parallel=parallel, retries=2)
    assert isinstance(outcome.error, EmptyAudio)
    assert outcome.pcm == b""
