"""The language of a text, by its letters."""

from __future__ import annotations

import pytest

from evals.speech.script import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Which day suits you?", "en"),
        ("किस दिन आना चाहेंगे?", "hi"),
        ("आपकी appointment confirm हो गई है।", "hi"),
        ("Dr. Rao, कल", "en"),
        ("எந்த நாள்?", "ta"),
        ("ఏ రోజు?", "te"),
        ("98200 12345", None),
    ],
)
def test_a_third_of_indic_letters_makes_a_text_indic(text: str, language: str | None) -> None:
    """Names and loan words are often in Latin letters; digits have no language."""
    assert language_of(text) == language
