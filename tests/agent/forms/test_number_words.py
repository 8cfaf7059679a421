"""The meaning of words for numbers."""

from __future__ import annotations

import pytest
from indic_numtowords import num2words

from agent.forms.number_words import LANGUAGES, NumberWord, number_word
from agent.forms.tokens import fold


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_digit_has_its_words_in_each_language(language: str) -> None:
    """As the library says them; our own list, if it contradicts it, would lose digits."""
    for digit in range(10):
        for word in num2words(digit, lang=language, variations=True):
            meaning = number_word(fold(word))
            assert meaning is not None, word
            assert (meaning.kind, meaning.value) == ("number", digit), word


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("ज़ीरो", "number", 0),
        ("nau", "number", 9),
        ("अंजीर", None, None),
        ("அஞ்சு", "number", 5),
        ("নাইন", "number", 9),
        ("sau", "scale", 100),
        ("डबल", "repeat", 2),
        ("ಎಂಬತ್ತೆರಡು", "number", 82),
        ("ಎಂಬತ್ತಮೂರು", "number", 83),
    ],
)
def test_what_people_also_say(word: str, kind: str | None, value: int | None) -> None:
    """English words in Indian scripts, Hindi in Latin letters, everyday Tamil; and a repair of the
    library's only wrong word."""
    meaning = number_word(fold(word))
    assert (meaning and meaning.kind, meaning and meaning.value) == (kind, value)


def test_words_of_conversation_are_marked() -> None:
    """ "do" is two in Hindi and a verb in English."""
    assert number_word("do") == NumberWord("number", 2, is_ambiguous=True)
    assert number_word("nau") == NumberWord("number", 9)
