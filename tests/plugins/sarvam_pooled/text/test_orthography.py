"""Dotted letters have two spellings that look alike."""

from __future__ import annotations

import unicodedata

from livekit.plugins.sarvam_pooled.text.orthography import words


def test_a_word_with_a_dotted_letter_is_listed_in_both_spellings() -> None:
    """One character or two; all other words once."""
    two = unicodedata.normalize("NFC", "ज़रा")
    one = two.replace("ज\N{DEVANAGARI SIGN NUKTA}", "\N{DEVANAGARI LETTER ZA}")
    assert len(one) == len(two) - 1
    assert words(f"{two} and", "the") == {one, two, "and", "the"}
