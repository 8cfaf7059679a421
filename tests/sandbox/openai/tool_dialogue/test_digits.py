"""Numbers as callers dictate them."""

from __future__ import annotations

import pytest

from sandbox.openai.tool_dialogue.digits import digits_in, without_country


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("98765 43210", "9876543210"),
        ("nine eight seven six five four three two one zero", "9876543210"),
        ("double nine eight triple five", "998555"),
        ("नौ आठ सात छह पाँच", "98765"),
        ("nau aath double saat", "9877"),
        ("ஒன்பது எட்டு டபுள் ஏழு", "9877"),
        ("९८७६५", "98765"),
        ("my number is 98 765", "98765"),
        ("no idea", ""),
    ],
)
def test_digits_come_in_figures_and_in_words(said: str, digits: str) -> None:
    """In any script; "double" repeats the digit after it."""
    assert digits_in(said) == digits


@pytest.mark.parametrize(
    "written", ["+91 98765 43210", "919876543210", "09876543210", "9876543210"]
)
def test_the_country_code_is_no_part_of_a_number(written: str) -> None:
    """Ten digits are left."""
    assert without_country(digits_in(written)) == "9876543210"
