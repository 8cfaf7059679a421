"""The boundaries between two words."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.segment import Boundary
from livekit.plugins.sarvam_pooled.text.word_joins import between_words


def between(text: str, *, ended: bool = True) -> Boundary:
    """The boundary at the bar."""
    before, _, after = text.partition("|")
    return between_words(before + after, len(before), ended=ended)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("98765| 43210", Boundary.NONE),
        ("Dr.| Rao", Boundary.NONE),
        ("A.| Rao", Boundary.NONE),
        ("₹| 500", Boundary.NONE),
        ("to| go", Boundary.NO_PAUSE),
        ("के| लिए", Boundary.NO_PAUSE),
        ("room| 5", Boundary.NO_PAUSE),
        ("9| a.m.", Boundary.NO_PAUSE),
        ("Sunrise| Hospital", Boundary.NO_PAUSE),
        ("to hear| that.", Boundary.NO_PAUSE),
        ("5| and 6", Boundary.NO_PAUSE),
        ("the clinic| on MG Road", Boundary.PHRASE_END),
        ("500| and you can pay", Boundary.PHRASE_END),
        ("आपके लिए| डॉक्टर", Boundary.PHRASE_END),
        ('clinic| "Asha"', Boundary.PHRASE_END),
        ("doctors'| rooms", Boundary.WORD),
        ("doctors’| rooms", Boundary.WORD),
        ("bring| papers", Boundary.WORD),
        ("bring| \npapers", Boundary.WORD),
    ],
)
def test_words_lean_on_each_other_or_do_not(text: str, kind: Boundary) -> None:
    """Numbers, names, articles and postpositions."""
    assert between(text) is kind


@pytest.mark.parametrize("text", ["clinic| ", "clinic| o", "500| an", "500| and "])
def test_the_answer_waits_for_a_word_that_may_still_matter(text: str) -> None:
    """Unless the text has ended."""
    assert between(text, ended=False) is Boundary.UNKNOWN
    assert between(text) is not Boundary.UNKNOWN


def test_a_word_that_cannot_matter_any_more_is_not_waited_for() -> None:
    """Each character of waiting costs the caller 4 ms."""
    assert between("bring| pap", ended=False) is between("bring| papers")
