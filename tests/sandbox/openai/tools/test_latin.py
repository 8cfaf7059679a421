"""Names in Latin letters, as their bearers write them."""

from __future__ import annotations

import pytest

from sandbox.openai.tools.latin import latin


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("रवि", "Ravi"),
        ("सुनीता शर्मा", "Sunita Sharma"),
        ("रमेश कुमार", "Ramesh Kumar"),
        ("देशपांडे", "Deshpande"),
        ("प्रिया", "Priya"),
        ("फ़ातिमा", "Fatima"),
        ("संजय", "Sanjay"),
        ("अंजलि", "Anjali"),
        ("முருகன்", "Murugan"),
        ("கார்த்திக்", "Karthik"),
        ("செல்வி", "Selvi"),
        ("செந்தில்", "Senthil"),
        ("Anita Rao", "Anita Rao"),
        ("रवि Kumar", "Ravi Kumar"),
    ],
)
def test_a_name_is_written_in_latin_letters(name: str, letters: str) -> None:
    """Silent vowels are dropped, Tamil stops are voiced, and Latin letters stay."""
    assert latin(name) == letters
