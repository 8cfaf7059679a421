"""The lists are found by what they are looked up with."""

from __future__ import annotations

import unicodedata

import pytest
from livekit.plugins.sarvam_pooled.text.function_words import LEADING_ENDINGS, LEADS, STARTS, TRAILS

LISTS = {"leads": LEADS, "trails": TRAILS, "starts": STARTS}


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
    [(LEADS, "the dr और এবং ਅਤੇ"), (TRAILS, "लिए জন্য ਲਈ માટે"), (STARTS, "on and which")],
)
def test_usual_words_are_there(words: frozenset[str], listed: str) -> None:
    """Of several languages."""
    assert set(listed.split()) <= words


def test_endings_are_no_words_of_their_own() -> None:
    """They are looked for at the end of a word."""
    assert LEADING_ENDINGS
    assert all(ending == ending.strip() for ending in LEADING_ENDINGS)
