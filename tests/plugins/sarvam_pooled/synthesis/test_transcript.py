"""Words with their times."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.synthesis.transcript import TimedWord, Transcript


def spans(words: list[TimedWord]) -> list[tuple[str, float, float]]:
    return [(word.text, pytest.approx(word.start), pytest.approx(word.end)) for word in words]


def test_words_are_given_out_with_the_audio_they_are_in() -> None:
    """A word comes when audio behind its start is there, and not before."""
    transcript = Transcript()
    transcript.begin("ab cd ef", at=2.0, seconds_per_character=0.1)
    assert transcript.reach(2.0) == []
    assert spans(transcript.reach(2.25)) == [("ab ", 2.0, 2.3)]
    assert spans(transcript.reach(2.4)) == [("cd ", 2.3, 2.6)]
    assert spans(transcript.end(2.8)) == [("ef", 2.6, 2.8)]


def test_the_rest_shares_what_is_left_of_the_audio() -> None:
    """A Segment spoken faster than usual ends where its audio ends."""
    transcript = Transcript()
    transcript.begin("ab cd ef", at=0.0, seconds_per_character=1.0)
    assert spans(transcript.reach(1.0)) == [("ab ", 0.0, 3.0)]
    assert spans(transcript.end(4.0)) == [("cd ", 3.0, 3.6), ("ef", 3.6, 4.0)]


def test_white_space_alone_has_no_words() -> None:
    """Nothing is spoken of it."""
    transcript = Transcript()
    transcript.begin("  \n", at=0.0, seconds_per_character=0.1)
    assert transcript.reach(9.0) + transcript.end(9.0) == []


@given(
    st.lists(
        st.tuples(
            st.text("ab \n\u0915\u093f", min_size=1, max_size=20),
            st.floats(0.001, 5),
            st.floats(0.01, 1),
        ),
        max_size=6,
    )
)
def test_nothing_is_lost_and_time_never_runs_back(segments: list[tuple[str, float, float]]) -> None:
    """Whatever the lengths of text and audio, words joined are the text, in the order of time."""
    transcript = Transcript()
    words: list[TimedWord] = []
    at = 0.0
    for text, seconds, rate in segments:
        transcript.begin(text, at=at, seconds_per_character=rate)
        for step in range(1, 4):
            words += transcript.reach(at + seconds * step / 4)
        at += seconds
        words += transcript.end(at)
    assert "".join(word.text for word in words) == "".join(t for t, _, _ in segments if t.strip())
    assert all(word.start <= word.end for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))
