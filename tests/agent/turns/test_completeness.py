"""Whether more is to be expected after what was said."""

from __future__ import annotations

import pytest

from agent.turns.completeness import is_unfinished


@pytest.mark.parametrize(
    "text",
    [
        "My name is",
        "I want to go to the",
        "how do I get to.",
        "I'd like to change it because",
        "tomorrow at ten,",
        "well...",
        "um",
        "can you tell me, um.",
        "मेरा नाम",
        "मेरे हाथ में चोट लग गई है और।",
        "क्या आप बता सकते हैं कि",
        "என் பெயர்",
        "నా పేరు",
        "mera appointment hai lekin",
    ],
)
def test_what_cannot_end_a_sentence_is_open(text: str) -> None:
    """A full stop changes nothing: an STT writes one where it was asked to finalise."""
    assert is_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "What are your opening hours?",
        "I want an appointment with Doctor Rao",
        "yes I can",
        "no",
        "and",
        "सोमवार को",
        "मिलना है।",
        "நாளை வெளியூர் போகிறேன்",
        "an unheard of Zzyzx",
    ],
)
def test_what_may_end_a_sentence_is_not(text: str) -> None:
    """Nor is a lone word, which is an answer, nor a word of no list."""
    assert not is_unfinished(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my number is nine eight", True),
        ("my number is nine eight four five two two one three seven six", False),
        ("98 45", True),
        ("98452 21376", False),
        ("91 98452 21376", False),
        ("tomorrow at ten", False),
        ("at 10", False),
        ("in 2027", False),
        ("at five", False),
        ("नौ आठ चार", True),
        ("நம்பர் ஒன்பது எட்டு", True),
    ],
)
def test_digits_are_read_out_until_a_number_is_whole(text: str, expected: bool) -> None:
    """A telephone number has ten, twelve with the country; one number alone is an answer."""
    assert is_unfinished(text) is expected


def test_the_words_around_do_not_count() -> None:
    """Only the end of all that was said does."""
    assert not is_unfinished("my name is Ravi")
    assert is_unfinished("Ravi is my name and")
