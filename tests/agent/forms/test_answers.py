"""Yes, no, and refusals."""

from __future__ import annotations

import pytest

from agent.forms.answers import is_refusal, ordinal, yes_or_no


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes, that's right.", "correct", "ok", "haan ji", "haan sahi hai",
        "हाँ जी बिल्कुल", "जी", "ठीक है", "ஆமா, சரி",
        "అవునండి", "ಹೌದು", "അതെ", "হ্যাঁ", "હા બરાબર છે", "हो", "ਹਾਂਜੀ", "ହଁ", "yes yes",
    ],
)  # fmt: skip
def test_assent_is_yes(text: str) -> None:
    """In each language of the table, with words of politeness."""
    assert yes_or_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "no", "No, that's wrong.", "not correct", "it isn't right", "nahi", "sahi nahi hai",
        "जी नहीं", "सही नहीं है", "गलत",
        "இல்ல", "சரி இல்ல", "కాదు", "ಇಲ್ಲ", "അല്ല", "না", "ના", "नाही", "ਨਹੀਂ", "ନା",
    ],
)  # fmt: skip
def test_denial_is_no(text: str) -> None:
    """Also where it denies a word of assent."""
    assert yes_or_no(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hmm",
        "maybe",
        "yes but the last one is five",
        "no, it is 98765",
        "no no it's right",
        "why?",
    ],
)
def test_anything_more_is_neither(text: str) -> None:
    """The caller has said more than yes or no, and all of it counts."""
    assert yes_or_no(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to give it",
        "I'd rather not say",
        "sorry, I won't share that",
        "main nahi dunga",
        "मैं नहीं दूँगा",
        "नंबर नहीं देना है",
        "நான் சொல்ல மாட்டேன்",
        "நம்பர் தர விரும்பல",
    ],
)
def test_a_refusal_is_noticed(text: str) -> None:
    """The phrase may have words around it."""
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "yes",
        "I want to give it",
        "give me a second",
        "नहीं",
        "I won't give the old one, 98765 43210",
    ],
)
def test_what_refuses_nothing_is_no_refusal(text: str) -> None:
    """A denial alone answers a question."""
    assert not is_refusal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the first one", 1),
        ("पहला", 1),
        ("doosra", 2),
        ("இரண்டாவது", 2),
        ("first or second", None),
        ("the first of December", None),
        ("", None),
    ],
)
def test_one_of_two_is_chosen_by_its_place(text: str, expected: int | None) -> None:
    """If that is all that was said."""
    assert ordinal(text) == expected
