"""Numbers that are dictated, whole, piece by piece, and with words around them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indic_numtowords import num2words

from agent.forms.digits import (
    MOBILE_NUMBER,
    PIN_CODE,
    DigitEntry,
    DigitForm,
    otp,
    read_digits,
    spoken_groups,
)
from agent.forms.number_words import LANGUAGES
from agent.turns.expected import Progress

NUMBER = "9876543210"
DICTATED = [
    "9876543210",
    "98765 43210",
    "98765-43210",
    "+91 98765 43210",
    "+91-9876543210",
    "0091 98765 43210",
    "91 98765 43210",
    "098765 43210",
    "0 91 98765 43210",
    "plus ninety one nine eight seven six five four three two one zero",
    "nine eight seven six five four three two one oh",
    "ninety eight seventy six fifty four thirty two ten",
    "my number is nine eight seven, six five four, three two one zero",
    "nine hundred eighty seven six five four three two one zero",
    "nau aath saat chhe paanch chaar teen do ek shunya",
    "mera number hai nau aath saat chhe paanch char teen do ek zero",
    "मेरा नंबर नौ आठ सात छह पाँच चार तीन दो एक शून्य है",
    "नाइन एट सेवन सिक्स फाइव फोर थ्री टू वन ज़ीरो",
    "अट्ठानवे सात सौ पैंसठ तैंतालीस दो दस",
    "९८७६५ ४३२१०",
    "என் நம்பர் ஒன்பது எட்டு ஏழு ஆறு அஞ்சு நாலு மூணு ரெண்டு ஒண்ணு ஜீரோ",
    "98765 sorry 98764 no 98765 43210",
]


@pytest.mark.parametrize("text", DICTATED)
def test_a_mobile_number_is_understood(text: str) -> None:
    """However it is said; the value has ten digits."""
    judged = DigitEntry(MOBILE_NUMBER).feed(text).judged
    assert (judged.progress, judged.value) == (Progress.COMPLETE, NUMBER)


@pytest.mark.parametrize("text", DICTATED)
def test_word_by_word_it_is_the_same(text: str) -> None:
    """In as many turns as it has words: "ninety" and "eight" are one number over two turns, too."""
    entry = DigitEntry(MOBILE_NUMBER)
    for word in text.split():
        entry = entry.feed(word)
    assert entry.judged.value == NUMBER


@pytest.mark.parametrize("text", DICTATED)
def test_what_is_said_afterwards_does_not_change_it(text: str) -> None:
    """Words without digits belong to no number."""
    entry = DigitEntry(MOBILE_NUMBER).feed(text)
    assert entry.feed("did you get that?").judged.value == NUMBER
    assert entry.feed("what should I do").judged.value == NUMBER


@settings(deadline=None)
@given(
    # None that begins like the country's code.
    number=st.integers(6_000_000_000, 9_099_999_999).map(str),
    language=st.sampled_from(LANGUAGES),
    cuts=st.lists(st.integers(1, 9), max_size=4),
)
def test_digits_are_understood_in_each_language_in_any_turns(
    number: str, language: str, cuts: list[int]
) -> None:
    """A caller pauses where they like."""
    entry = DigitEntry(MOBILE_NUMBER)
    words = [str(num2words(int(digit), lang=language)) for digit in number]
    ends = sorted({*cuts, 10})
    for start, end in zip([0, *ends], ends, strict=False):
        entry = entry.feed(" ".join(words[start:end]))
    assert entry.judged.value == number


@pytest.mark.parametrize(
    ("form", "text", "progress", "problem"),
    [
        (MOBILE_NUMBER, "", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "98765", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "+91", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "98765 432", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "91987 65432", Progress.POSSIBLE, None),
        (MOBILE_NUMBER, "91987 65432 1", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "+91987 65432", Progress.PARTIAL, None),
        (MOBILE_NUMBER, "98765 43210 1", Progress.POSSIBLE, "too_many"),
        (MOBILE_NUMBER, "011 2345 6789", Progress.POSSIBLE, "first_digit"),
        (MOBILE_NUMBER, "5", Progress.POSSIBLE, "first_digit"),
        (MOBILE_NUMBER, "+1 555 123 4567", Progress.POSSIBLE, "country"),
        (PIN_CODE, "560 034", Progress.COMPLETE, None),
        (PIN_CODE, "पिन कोड पांच छह शून्य", Progress.PARTIAL, None),
        (PIN_CODE, "012", Progress.POSSIBLE, "first_digit"),
        (otp(6), "48 29", Progress.PARTIAL, None),
        (otp(6), "48 29 31", Progress.COMPLETE, None),
        (otp(4), "double zero 1 2", Progress.COMPLETE, None),
        (otp(), "48 29", Progress.POSSIBLE, None),
        (otp(), "48 29 31 77", Progress.COMPLETE, None),
        (otp(), "48 29 31 77 1", Progress.POSSIBLE, "too_many"),
    ],
)
def test_each_form_knows_how_far_it_is(
    form: DigitForm, text: str, progress: Progress, problem: str | None
) -> None:
    """And why digits cannot become a value."""
    judged = DigitEntry(form).feed(text).judged
    assert (judged.progress, judged.problem) == (progress, problem)


@pytest.mark.parametrize("length", [3, 9])
def test_no_password_is_as_long(length: int) -> None:
    """A mistake of the assistant's author."""
    with pytest.raises(ValueError, match="4 to 8 digits"):
        otp(length)


@pytest.mark.parametrize(
    ("heard", "text", "expected"),
    [
        ("", "98765", Progress.PARTIAL),
        ("98765", "43210", Progress.COMPLETE),
        ("98765", "98765 43210", Progress.COMPLETE),
        ("", "98765 and", Progress.PARTIAL),
        ("", "98765 double", Progress.PARTIAL),
        ("", "double", Progress.PARTIAL),
        ("98765", "wait a second", Progress.UNRELATED),
        ("", "98765, wait I must look", Progress.UNRELATED),
        ("", "why do you need it", Progress.UNRELATED),
        ("", "", Progress.UNRELATED),
    ],
)
def test_a_turn_is_judged_by_its_end(heard: str, text: str, expected: Progress) -> None:
    """With what earlier turns had of the number; other words at the end say that something else has
    begun."""
    assert DigitEntry(MOBILE_NUMBER, heard).progress_with(text) is expected


def test_a_whole_number_replaces_a_part() -> None:
    """The caller begins again."""
    entry = DigitEntry(MOBILE_NUMBER).feed("98765").feed("9876543211")
    assert entry.judged.value == "9876543211"


def test_a_correction_withdraws_what_was_before() -> None:
    """In the same turn or the next."""
    entry = DigitEntry(MOBILE_NUMBER).feed("98765")
    assert entry.feed("no, 98764").digits == "98764"
    assert entry.feed("नहीं").digits == ""
    assert entry.feed("no").feed("9876443210").judged.value == "9876443210"


def test_other_words_are_noticed() -> None:
    """With them it is the model that decides whose number it is."""
    assert not read_digits("my number is 98765 43210, sir").has_other_words
    assert read_digits("my brother has 98765 43210").has_other_words


def test_digits_are_read_back_one_by_one_in_groups() -> None:
    """A TTS would read 98765 as a number of five digits."""
    assert spoken_groups(NUMBER, (5,)) == "9 8 7 6 5, 4 3 2 1 0"
    assert spoken_groups("560034", (3,)) == "5 6 0, 0 3 4"
    assert spoken_groups("48291", (2,)) == "4 8, 2 9, 1"
    assert spoken_groups("", (2,)) == ""
