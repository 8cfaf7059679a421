"""The ends of sentences and clauses, and places that look like one, in every language."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.text.boundaries import boundary
from livekit.plugins.sarvam_pooled.text.segment import Boundary

from .marked import BY_LANGUAGE, ends, unmarked

TEXTS = [(language, text) for language, texts in BY_LANGUAGE.items() for text in texts]


@pytest.mark.parametrize(("language", "marked"), TEXTS)
def test_ends_are_where_they_are_marked_and_nowhere_else(language: str, marked: str) -> None:
    """Stops in numbers, times, titles, initials, addresses and abbreviations end nothing."""
    text = unmarked(marked)
    found = {i: boundary(text, i, ended=True) for i in range(len(text))}
    assert {i: kind for i, kind in found.items() if kind >= Boundary.CLAUSE} == ends(marked)


@pytest.mark.parametrize(("language", "marked"), TEXTS)
def test_an_answer_once_given_stays(language: str, marked: str) -> None:
    """However little text has come: UNKNOWN, or what is answered when all has come."""
    text = unmarked(marked)
    for i in range(len(text)):
        final = boundary(text, i, ended=True)
        for length in range(i + 1, len(text) + 1):
            assert boundary(text[:length], i) in (Boundary.UNKNOWN, final), (i, text[:length])


@pytest.mark.parametrize(("language", "marked"), TEXTS)
def test_at_the_end_of_all_text_every_answer_is_known(language: str, marked: str) -> None:
    """`ended` leaves nothing open, wherever the text breaks off."""
    text = unmarked(marked)
    for length in range(1, len(text) + 1):
        assert boundary(text[:length], length - 1, ended=True) is not Boundary.UNKNOWN


# Text up to and with the character in question, and how many more are needed.
CERTAINTY = [
    ("जी।", 0),
    ("Sure,", 0),
    ("सरि,", 0),
    ("Really?", 0),
    ("नमस्ते!", 0),
    ("நன்றி.", 0),
    ("ನಮಸ್ಕಾರ.", 0),
    ("ٹھیک ہے؟", 0),
    ("जی۔", 0),
    ("Well...", 0),
    ("Wait…", 0),
    ("Yes;", 0),
    ("Note:", 0),
    ("So —", 0),
    ("First line\n", 0),
    ("Hello.", 1),
    ("சரி.", 1),
    ("It is 3.", 1),
    ("Pay 1,", 1),
    ("At 9:", 1),
    ("नोट:", 1),
    ("तापमान 3۔", 1),
    ("Monday–", 1),
    ("Is it sarvam.ai?", 1),
    ("ravi@gmail.com,", 1),
    ("No.", 2),
    ("5 p.m.", 3),
]


@pytest.mark.parametrize(("text", "more"), CERTAINTY)
def test_nothing_waits_for_more_text_than_it_needs(text: str, more: int) -> None:
    """An end is certain at once where it can be, else after one character or the next word."""
    i = len(text) - 1
    tail = " The doctor is in."
    answers = [boundary(text + tail[:n], i) for n in range(more + 1)]
    assert answers[:-1] == [Boundary.UNKNOWN] * more
    assert answers[-1] is not Boundary.UNKNOWN


JOINTS = [
    # What holds together, whatever the length.
    ("Dr.| Rao", Boundary.NONE),
    ("डॉ.| राव", Boundary.NONE),
    ("डॉ॰| राव", Boundary.NONE),
    ("रु.| 500", Boundary.NONE),
    ("Rs.| 500", Boundary.NONE),
    ("₹| 500", Boundary.NONE),
    ("A.| P. J.", Boundary.NONE),
    ("ए. जी.| नूरानी", Boundary.NONE),
    ("98765| 43210", Boundary.NONE),
    ("९८७६५| ४३२१०", Boundary.NONE),
    # What is said in one breath.
    ("to| go", Boundary.NO_PAUSE),
    ("के| लिए", Boundary.NO_PAUSE),
    ("room| 5", Boundary.NO_PAUSE),
    ("9| a.m.", Boundary.NO_PAUSE),
    ("9| and 10", Boundary.NO_PAUSE),
    ("9| to 10", Boundary.NO_PAUSE),
    ("5| lakh", Boundary.NO_PAUSE),
    ("MG| Road", Boundary.NO_PAUSE),
    ("நாளை| மணிக்கு", Boundary.NO_PAUSE),
    ("to hear| that.", Boundary.NO_PAUSE),
    ("to hear| that\n", Boundary.NO_PAUSE),
    # Where a pause sounds natural.
    ("the clinic| on MG Road", Boundary.PHRASE_END),
    ("I hear| that it rains", Boundary.PHRASE_END),
    ("Rs. 500| and you can pay", Boundary.PHRASE_END),
    ("आपके लिए| समय है", Boundary.PHRASE_END),
    ("समय है| और डॉक्टर", Boundary.PHRASE_END),
    ("நேரம்| உள்ளதா", Boundary.PHRASE_END),
    ("clinic| (near the bank)", Boundary.PHRASE_END),
    ("cuts| heal", Boundary.WORD),
]


@pytest.mark.parametrize(("marked", "kind"), JOINTS)
def test_words_hold_together_as_they_are_spoken(marked: str, kind: Boundary) -> None:
    """The blank between two words is a better or worse place to pause."""
    before, _, after = marked.partition("|")
    assert boundary(before + after, len(before), ended=True) is kind
