"""Lists of words, and corrections."""

from __future__ import annotations

import pytest

from agent.forms.tokens import tokens
from agent.forms.word_lists import corrected, has_correction, is_filler, refusals, word_list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("98765 sorry 98764", "98764"),
        ("98765 sorry no 98764", "98764"),
        ("98765 नहीं", ""),
        ("98765", "98765"),
    ],
)
def test_after_a_correction_only_what_follows_counts(text: str, expected: str) -> None:
    """After the last one, if there are several."""
    found = tokens(text)
    assert " ".join(token.text for token in corrected(found)) == expected
    assert has_correction(found) is (text != expected)


def test_words_are_folded() -> None:
    """As transcripts are, or none would be found."""
    assert is_filler("नंबर")
    assert "हां" in word_list("yes")
    assert ("नहीं", "दूंगा") in refusals()


def test_no_word_is_both_yes_and_no() -> None:
    """One language's yes would be another's no."""
    assert not word_list("yes") & word_list("no")
