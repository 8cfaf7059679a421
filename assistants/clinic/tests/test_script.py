"""The script of a text."""

from __future__ import annotations

import pytest

from assistants.clinic.script import script


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Your appointment is booked.", "LATIN"),
        ("जी, Dr. Rao के साथ 10 बजे बुक हो गया।", "DEVANAGARI"),
        ("சரி.", "TAMIL"),
        ("12:30!", ""),
        ("", ""),
    ],
)
def test_the_script_of_most_letters(text: str, name: str) -> None:
    """A name in another script changes nothing."""
    assert script(text) == name
