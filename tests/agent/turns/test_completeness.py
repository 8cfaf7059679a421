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
        ("91 98452 2137", True),
        ("0 98452 2137", True),
        ("0 98452 21376", False),
        ("०9845 221376", False),
        ("020 2567 1234", False),
        ("zero nine eight four five two two one three seven six", False),
        ("tomorrow at ten", False),
        ("at 10", False),
        ("in 2027", False),
        ("at five", False),
        ("नौ आठ चार", True),
        ("நம்பர் ஒன்பது எட்டு", True),
    ],
)
def test_digits_are_read_out_until_a_number_is_whole(text: str, expected: bool) -> None:
    """A telephone number has ten, eleven with a zero, twelve with the country; one number alone is
    an answer."""
    assert is_unfinished(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "my pin code is 411 004",
        "four one one zero zero four",
        "चार एक एक शून्य शून्य चार",
        "41 10 04",
        "the OTP is 98 45 22",
        "OTP 984 522",
        "PIN code six zero zero zero two zero",
        "मेरा पिन कोड है 600 020",
    ],
)
def test_a_code_of_six_digits_is_whole(text: str) -> None:
    """If it cannot be the beginning of a telephone number, or the caller calls it a code."""
    assert not is_unfinished(text)


@pytest.mark.parametrize(
    "number", ["98452 21376", "984 522 1376", "98 45 22 13 76", "9845 221 376"]
)
@pytest.mark.parametrize(
    "prefix", ["", "0 ", "91 ", "my number is ", "my pin is 411004 my number is "]
)
def test_a_telephone_number_in_groups_is_waited_for_to_its_end(prefix: str, number: str) -> None:
    """No group of it but the last ends the turn: not one of six digits, nor one like a time."""
    groups = number.split()
    *parts, whole = [prefix + " ".join(groups[:end]) for end in range(2, len(groups) + 1)]
    assert all(is_unfinished(part) for part in parts)
    assert not is_unfinished(whole)


@pytest.mark.parametrize("number", ["020 2567 1234", "20 2567 1234", "080 25 67 12 34"])
def test_a_landline_in_groups_is_waited_for_to_its_end(number: str) -> None:
    """With its area code, with or without the zero."""
    groups = number.split()
    *parts, whole = [" ".join(groups[:end]) for end in range(2, len(groups) + 1)]
    assert all(is_unfinished(part) for part in parts)
    assert not is_unfinished(whole)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow at 10 30", False),
        ("9 05", False),
        ("at nine 45", False),
        ("at 10 30 please", False),
        ("22 30", True),
        ("10 32", True),
        ("0 15", True),
        ("13 00", True),
        ("98 30", True),
    ],
)
def test_a_time_of_day_is_whole(text: str, expected: bool) -> None:
    """On the twelve hours of the clock, at a multiple of five minutes; other pairs may go on."""
    assert is_unfinished(text) is expected


def test_the_words_around_do_not_count() -> None:
    """Only the end of all that was said does."""
    assert not is_unfinished("my name is Ravi")
    assert is_unfinished("Ravi is my name and")
