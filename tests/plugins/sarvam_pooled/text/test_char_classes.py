"""What a word or a character looks like."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.char_classes import (
    ends_in_initials,
    is_address,
    is_cluster_break,
    is_domain,
    is_initials,
    word_before,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [("Dr. Rao said", "said"), ("(see", "see"), ('"Asha', "Asha"), ("end ", ""), ("", "")],
)
def test_the_word_before_begins_behind_a_blank_or_an_opening_mark(text: str, word: str) -> None:
    """Closing marks belong to the word."""
    assert word_before(text, len(text)) == word


@pytest.mark.parametrize("word", ["https://a.in", "WWW.a.in", "asha@clinic.in", "irctc.co.in/pnr"])
def test_an_address_is_known_by_its_marks(word: str) -> None:
    """Also before it is whole."""
    assert is_address(word)


@pytest.mark.parametrize("word", ["and/or", "sarvam.ai", "9:30", "a.m."])
def test_a_word_with_a_stop_or_a_stroke_is_no_address(word: str) -> None:
    """A name of a host alone may end a sentence."""
    assert not is_address(word)


def test_the_name_of_a_host_ends_in_letters() -> None:
    """A number with a stop is none."""
    assert is_domain("irctc.co.in")
    assert not is_domain("3.50")
    assert not is_domain("Rao.")


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


@pytest.mark.parametrize(
    ("last", "following", "breaks"),
    [
        ("क", "ख", True),
        ("क", "\N{DEVANAGARI VOWEL SIGN I}", False),
        ("\N{DEVANAGARI SIGN VIRAMA}", "ष", False),
        ("\N{ZERO WIDTH JOINER}", "ष", False),
        ("a", "b", True),
    ],
)
def test_a_cluster_ends_where_a_reader_sees_two_characters(
    last: str, following: str, breaks: bool
) -> None:
    """Vowel signs and conjuncts hold together."""
    assert is_cluster_break(last, following) is breaks
