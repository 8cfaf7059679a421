"""The table of stock phrases."""

from __future__ import annotations

import pytest

from prewarm.stock_phrase_table import Phrases, PhraseTable
from tests.support.clinic import CLINIC, phrases


def test_a_language_without_a_voice_of_its_own_changes_nothing() -> None:
    """Its phrases are spoken as the settings say."""
    table = PhraseTable(CLINIC.phrases, {"hi-IN": {"pace": 1.1}})
    assert table.voice("hi-IN") == {"pace": 1.1}
    assert table.voice("ta-IN") == {}


def test_each_phrase_is_listed_once_with_the_greeting_first() -> None:
    """A build that is stopped early has what a call needs first."""
    made = Phrases(
        greeting="Hello.", openers=("Sure.", "Hello."), fillers=("Sure.",), goodbye="Goodbye."
    )
    assert made.all == ("Hello.", "Sure.", "Goodbye.")


@pytest.mark.parametrize("language", CLINIC.phrases)
def test_no_phrase_is_blank_or_has_blanks_around_it(language: str) -> None:
    """It would be stored under another text than the one that is spoken."""
    for text in phrases(language).all:
        assert text
        assert text == text.strip()
