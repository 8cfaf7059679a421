"""Which words before a stop do not end a sentence."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.abbreviations import ends_in_initials, is_initials


@pytest.mark.parametrize("word", ["A", "एस", "पु", "S.R"])
def test_initials_are_single_letters(word: str) -> None:
    """In any script, one or several."""
    assert is_initials(word)


@pytest.mark.parametrize("word", ["go", "Rao", "a", "जी"])
def test_short_words_are_no_initials(word: str) -> None:
    """Small Latin letters, and words that are also the name of a letter."""
    assert not is_initials(word)


def test_the_name_of_a_letter_is_an_initial_after_another() -> None:
    """ "जी" is a word of respect elsewhere."""
    assert ends_in_initials("ए. जी", len("ए. जी"))
    assert not ends_in_initials("राव जी", len("राव जी"))
