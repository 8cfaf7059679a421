"""Words of any script, and what else belongs to numbers."""

from __future__ import annotations

import pytest

from agent.forms.tokens import MAX_LENGTH, fold, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My number is 98765-43210.", ["my", "number", "is", "98765", "-", "43210", "."]),
        ("+91 98", ["+", "91", "98"]),
        ("15th", ["15", "th"]),
        ("१५/१२", ["15", "/", "12"]),
        ("मेरा नंबर ९८", ["मेरा", "नंबर", "98"]),
        ("that’s 'ok'", ["that's", "ok"]),
        ("நாளை, பத்து", ["நாளை", "பத்து"]),
        ("— ... ?!", []),
        ("", []),
        ("²", []),
    ],
)
def test_a_transcript_is_words_digits_and_the_marks_beside_digits(
    text: str, expected: list[str]
) -> None:
    """Combining signs are part of a word, digits of every script are digits, the rest separates."""
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ज़ीरो", "जीरो"),
        ("पाँच", "पांच"),
        ("ছয়", "ছ\u09df"),
        ("നാൻ", "നാന്\u200d"),
        ("Ravi", "RAVI"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    """Providers write nukta, nasals and final consonants in different ways."""
    assert fold(one) == fold(other)


def test_a_transcript_without_an_end_is_read_to_a_limit() -> None:
    """It comes from a provider, and is read at each silence."""
    assert len(tokens("9 " * 1_000_000)) == MAX_LENGTH / 2
