"""Numbers in a transcript."""

from __future__ import annotations

import pytest

from agent.forms.spoken_numbers import numbers_at_all, spoken_numbers
from agent.forms.tokens import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nine eight seven", "9 8 7"),
        ("double nine triple five", "99 555"),
        ("double 9", "99"),
        ("double 98765", "998765"),
        ("double", ""),
        ("ninety eight seventy six ten", "98 76 10"),
        ("ninety zero five", "90 0 5"),
        ("twenty twenty six", "20 26"),
        ("nine hundred eighty seven", "987"),
        ("five hundred six", "506"),
        ("two hundred three hundred", "200 300"),
        ("two thousand twenty six", "2026"),
        ("do hazaar chhabbees", "2026"),
        ("अट्ठानवे सात सौ पैंसठ", "98 765"),
        ("बीस पाँच", "20 5"),
        ("इक्कीस", "21"),
        ("இருபத்து ஒன்று", "21"),
        ("இருபது ஒன்று", "20 1"),
        ("ఇరవై ఒకటి", "21"),
        ("ninety-eight", "98"),
        ("98765-43210", "98765 43210"),
        ("१२३", "123"),
        ("007", "007"),
        ("no numbers here", ""),
    ],
)
def test_numbers_are_found_as_they_are_dictated(text: str, expected: str) -> None:
    """English adds a unit to its tens and Hindi does not: बीस पाँच are two groups."""
    assert " ".join(number.digits for number in spoken_numbers(tokens(text))) == expected


@pytest.mark.parametrize(
    ("text", "certain", "at_all"),
    [
        ("do you need it", [], ["2"]),
        ("one moment", [], ["1"]),
        ("nau do", ["9", "2"], ["9", "2"]),
        ("do baje", [], ["2"]),
        ("एक मिनट", [], ["1"]),
        ("এক মিনিট", [], ["1"]),
        ("ಒಂದು ನಿಮಿಷ", [], ["1"]),
    ],
)
def test_words_of_conversation_count_beside_numbers(
    text: str, certain: list[str], at_all: list[str]
) -> None:
    """Unless the caller of the function knows that a number is meant, as before "baje"."""
    assert [number.digits for number in spoken_numbers(tokens(text))] == certain
    assert [number.digits for number in numbers_at_all(tokens(text))] == at_all


def test_a_number_knows_its_place() -> None:
    """What stands before and behind it has a meaning, too."""
    [number] = spoken_numbers(tokens("it is seven hundred sixty five rupees"))
    assert (number.start, number.end, number.value) == (2, 6, 765)
