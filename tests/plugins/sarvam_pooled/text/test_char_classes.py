"""Classes of words and characters."""

from __future__ import annotations

import unicodedata

import pytest
from livekit.plugins.sarvam_pooled.text.char_classes import (
    is_address,
    is_cluster_break,
    is_domain,
    word_before,
    words,
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
    """The name of a host without a path may end a sentence."""
    assert not is_address(word)


def test_the_name_of_a_host_ends_in_letters() -> None:
    """A number with a stop is none."""
    assert is_domain("irctc.co.in")
    assert not is_domain("3.50")
    assert not is_domain("Rao.")


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


def test_a_word_with_a_dotted_letter_is_listed_in_both_spellings() -> None:
    """One character or two; all other words once."""
    two = unicodedata.normalize("NFC", "ज़रा")
    one = two.replace("ज\N{DEVANAGARI SIGN NUKTA}", "\N{DEVANAGARI LETTER ZA}")
    assert len(one) == len(two) - 1
    assert words(f"{two} and", "the") == {one, two, "and", "the"}
