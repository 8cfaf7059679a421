"""The lists are found by what they are looked up with."""

from __future__ import annotations

import unicodedata

import pytest
from livekit.plugins.sarvam_pooled.text.function_words import (
    BOUND_TO_NEXT,
    BOUND_TO_PREVIOUS,
    ENDINGS_BOUND_TO_NEXT,
    PHRASE_STARTS,
)

LISTS = {"next": BOUND_TO_NEXT, "previous": BOUND_TO_PREVIOUS, "starts": PHRASE_STARTS}


@pytest.mark.parametrize("name", LISTS)
def test_every_word_is_one_word_in_small_letters(name: str) -> None:
    """Words are looked up so; any other entry would never be found."""
    assert [
        w for w in LISTS[name] if w != w.lower() or w.split() != [w] or w.strip(".,") != w
    ] == []


@pytest.mark.parametrize("name", LISTS)
def test_both_spellings_of_dotted_letters_are_listed(name: str) -> None:
    """Keyboards and language models write them in either way."""
    words = LISTS[name]
    assert {unicodedata.normalize("NFC", word) for word in words} <= words


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (BOUND_TO_NEXT, "the dr और এবং ਅਤੇ"),
        (BOUND_TO_PREVIOUS, "लिए জন্য ਲਈ માટે"),
        (PHRASE_STARTS, "on and which"),
    ],
)
def test_usual_words_are_there(words: frozenset[str], listed: str) -> None:
    """Of several languages."""
    assert set(listed.split()) <= words


def test_endings_are_no_words_of_their_own() -> None:
    """They are looked for at the end of a word."""
    assert ENDINGS_BOUND_TO_NEXT
    assert all(ending == ending.strip() for ending in ENDINGS_BOUND_TO_NEXT)
