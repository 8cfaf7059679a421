"""A table of texts that may, or may not, be kept beyond a call."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.phrases.policy import PhrasePolicy, Reason, words

POLICY = PhrasePolicy(max_characters=60, min_calls=3)


@pytest.mark.parametrize(
    "text",
    [
        "Sure, let me check that for you.",
        "ज़रूर, मैं अभी देखती हूँ।",
        "சரி, நான் பார்க்கிறேன்.",
        "We open at nine a.m. on Monday.",
    ],
)
def test_what_many_callers_hear_is_kept(text: str) -> None:
    """From the third call on; before, nothing is known of it."""
    assert POLICY.forbids(text) is None
    verdicts = [POLICY.may_store(text, calls_seen=count) for count in (0, 1, 2, 3, 4)]
    assert [bool(permission) for permission in verdicts] == [False, False, False, True, True]
    assert verdicts[2].reason is Reason.HEARD_RARELY
    assert verdicts[3].reason is Reason.HEARD_OFTEN


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Your code is 4.", Reason.DIGIT),
        ("आपका कोड ४२ है।", Reason.DIGIT),
        ("உங்கள் எண் ௪", Reason.DIGIT),
        ("Take ½ of it.", Reason.DIGIT),
        ("Chapter Ⅳ it is.", Reason.DIGIT),
        ("Is it asha@example.com?", Reason.ADDRESS),
        ("Go to https://shop.", Reason.ADDRESS),
        ("Go to shop.example today.", Reason.ADDRESS),
        ("Go to WWW.shop, please.", Reason.ADDRESS),
        ("x" * 61, Reason.TOO_LONG),
    ],
)
def test_what_may_be_about_one_caller_never_is(text: str, reason: Reason) -> None:
    """However often it is heard."""
    assert POLICY.forbids(text) is reason
    assert POLICY.may_store(text, calls_seen=1000).reason is reason
    assert not POLICY.may_store(text, calls_seen=1000)


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("Thank you, Ravi!", "ravi"),
        ("Thank you, RAVI's here.", "Ravi Kumar"),
        ("धन्यवाद रविजी।", "रवि"),
        ("ரவிக்கு நன்றி", "ரவி"),
        ("Danke, Frau Strasse.", "Straße"),
        ("Hello Zo\u0065\u0301.", "Zo\u00e9"),
        ("नमस्\u200dते जी", "नमस्ते"),
        ("Om, welcome.", "Om"),
    ],
)
def test_a_word_of_the_callers_never_is(text: str, private: str) -> None:
    """In any case, script or way of writing, and with its language's endings."""
    permission = POLICY.may_store(text, calls_seen=1000, private_words=[private])
    assert permission.reason is Reason.PRIVATE_WORD


@pytest.mark.parametrize(
    ("text", "private"),
    [("An omnibus came.", "Om"), ("Thank you.", "Ravi"), ("Thank you.", ""), ("Thank you.", "...")],
)
def test_other_words_are_not_taken_for_the_callers(text: str, private: str) -> None:
    """A short name is no part of a long word, and an empty one matches nothing."""
    assert POLICY.may_store(text, calls_seen=3, private_words=[private])


def test_a_listed_phrase_is_kept_at_once() -> None:
    """The operator wrote it: it may be long, hold a digit, or a word that is also a name."""
    text = "Welcome to Asha Dental, open 24 hours, seven days a week, for all of you."
    policy = PhrasePolicy(max_characters=10, listed=frozenset({f"  {text}\n"}))
    permission = policy.may_store(text, calls_seen=1, private_words=["Asha"])
    assert (permission.allowed, permission.reason) == (True, Reason.LISTED)
    assert policy.forbids(text, private_words=["Asha"]) is None
    assert policy.may_remember(text)


def test_a_call_remembers_what_no_disk_may_know() -> None:
    """Its memory ends with it; only length counts there."""
    assert POLICY.may_remember("Your code is 4.")
    assert not POLICY.may_remember("x" * 61)


@pytest.mark.parametrize("wrong", [{"max_characters": -1}, {"min_calls": 0}])
def test_numbers_without_sense_are_refused(wrong: dict[str, int]) -> None:
    """With a message that names the option."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PhrasePolicy(**wrong)


def test_vowel_signs_are_part_of_their_words() -> None:
    """An Indic word is not cut at its signs."""
    assert words("मैं आपकी मदद करूँ?") == ["मैं", "आपकी", "मदद", "करूँ"]
