"""The text that is sent for a Segment."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.segment import Segment


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (" Hello  there. ", "Hello there."),
        ("! Really", "Really"),
        ('" she said', "she said"),
        ("..\n चलिए", "चलिए"),
        ("। फिर", "फिर"),
        ("?) Then", "Then"),
        ("Tea 10 \nCoffee 20\n", "Tea 10 \nCoffee 20"),
        ('"Hello" there', '"Hello" there'),
        (".5 ml", ".5 ml"),
        ("-5 degrees", "-5 degrees"),
        ("₹500", "₹500"),
        ("(see below)", "(see below)"),
    ],
)
def test_white_space_and_the_rest_of_the_segment_before_are_not_sent(
    text: str, spoken: str
) -> None:
    """Punctuation left over from a cut is dropped, line ends stay as pauses."""
    assert Segment(0, text).spoken == spoken


@pytest.mark.parametrize(
    ("characters", "rest"),
    [
        (0, "Of course, we are\nopen."),
        (2.9, "course, we are\nopen."),
        (5, "course, we are\nopen."),
        (10, "we are\nopen."),
        (18, "open."),
        (999, "open."),
    ],
)
def test_what_is_left_begins_with_a_word(characters: float, rest: str) -> None:
    """With the one that has the character; something is always left."""
    assert Segment(3, " Of course, we are\nopen. ", "en-IN").remainder_from(characters) == Segment(
        3, rest, "en-IN"
    )
