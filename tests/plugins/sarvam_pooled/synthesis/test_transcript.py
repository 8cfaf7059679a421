"""Words with their times."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.synthesis.transcript import timed_words


def test_words_keep_every_character() -> None:
    """Joined they are the text, so that an interrupted history holds what was spoken."""
    text = " Sure,  the clinic\nis open. "
    words = timed_words(text, start=1.0, seconds_per_character=0.1)
    assert "".join(word for word, _, _ in words) == text


def test_words_follow_each_other() -> None:
    """Each begins where the one before ends, from the Segment's start."""
    words = timed_words("ab cd", start=2.0, seconds_per_character=0.1)
    assert words[0] == ("ab ", 2.0, pytest.approx(2.3))
    assert words[1][1:] == (pytest.approx(2.3), pytest.approx(2.5))


def test_white_space_alone_has_no_words() -> None:
    """Nothing is spoken of it."""
    assert timed_words("  \n", start=0.0, seconds_per_character=0.1) == []
