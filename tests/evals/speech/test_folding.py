"""Spellings of one word are equal."""

from __future__ import annotations

import pytest

from evals.speech.folding import fold, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("ज़रूर", "जरूर"), ("हाँ", "हां"), ("१२", "12"), ("RAO", "rao"), ("क्\u200dष", "क्ष")],
)
def test_spellings_fold_to_one(one: str, other: str) -> None:
    """Nukta, chandrabindu, digits, case, joiners."""
    assert fold(one) == fold(other)


def test_words_keep_vowel_signs_and_lose_punctuation() -> None:
    """A vowel sign is part of its word."""
    assert words("नमस्ते, डॉ. राव!") == ("नमस्ते", "डॉ", "राव")
