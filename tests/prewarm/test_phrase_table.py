"""The table of stock phrases."""

from __future__ import annotations

import pytest

from prewarm.phrase_table import Phrases, all_phrases, phrases


def test_a_language_without_phrases_has_those_in_english() -> None:
    """A caller hears something in any case."""
    assert phrases("hi-IN") is all_phrases()["hi-IN"]
    assert phrases("xx-XX") is all_phrases()["en-IN"]


def test_each_phrase_is_listed_once_with_the_greeting_first() -> None:
    """A build that is stopped early has what a call needs first."""
    made = Phrases(
        greeting="Hello.", openers=("Sure.", "Hello."), fillers=("Sure.",), goodbye="Goodbye."
    )
    assert made.all == ("Hello.", "Sure.", "Goodbye.")


@pytest.mark.parametrize("language", all_phrases())
def test_no_phrase_is_blank_or_has_blanks_around_it(language: str) -> None:
    """It would be stored under another text than the one that is spoken."""
    for text in phrases(language).all:
        assert text
        assert text == text.strip()
