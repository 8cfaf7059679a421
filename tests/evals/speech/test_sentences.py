"""Replies cut into sentences."""

from __future__ import annotations

import pytest

from evals.speech.sentences import is_question, sentences


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Dr. Rao is in. When?", ["Dr. Rao is in.", "When?"]),
        ("From 9:30 a.m. to 1 p.m. on Rs. 500.", ["From 9:30 a.m. to 1 p.m. on Rs. 500."]),
        ("It is at 10 a.m. Shall I book?", ["It is at 10 a.m.", "Shall I book?"]),
        ("जी। हम खुले हैं।", ["जी।", "हम खुले हैं।"]),
        ("", []),
    ],
)
def test_abbreviations_end_no_sentence(text: str, cut: list[str]) -> None:
    """A danda does."""
    assert sentences(text) == cut


def test_a_question_ends_with_its_mark() -> None:
    """In every script."""
    assert is_question("किस दिन? ")
    assert not is_question("On Monday.")
