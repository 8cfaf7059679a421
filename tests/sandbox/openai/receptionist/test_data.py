"""The rule files and phrase files belong together."""

import re

import pytest

from sandbox.openai.receptionist import dialogue
from sandbox.openai.receptionist.booking import NEEDS
from sandbox.openai.receptionist.opening import DAYS
from sandbox.openai.receptionist.phrases import phrases
from sandbox.openai.receptionist.rules import LANGUAGES, rules
from sandbox.openai.receptionist.understanding import (
    COURTESIES,
    MANNERS,
    QUESTIONS,
    TASKS,
    URGENT,
)

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    """The same keys, at least two different variants each, and the same values in them."""
    english, other = phrases("en"), phrases(language)
    assert other.phrases.keys() == english.phrases.keys()
    for table in ("parts", "days", "doctors"):
        assert getattr(other, table).keys() == getattr(english, table).keys()
    assert other.days.keys() >= DAYS
    for key, variants in other.phrases.items():
        assert len(set(variants)) == len(variants) >= 2
        allowed = {name for text in english.phrases[key] for name in PLACEHOLDER.findall(text)}
        for text in variants:
            assert set(PLACEHOLDER.findall(text)) <= allowed, (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_for_the_ear(language):
    """No markdown, no double spaces, and every phrase ends as a sentence does."""
    for variants in phrases(language).phrases.values():
        for text in variants:
            assert re.fullmatch(r"[^*_#`\[\]|\n]+[.?!।]", text), text
            assert "  " not in text


def test_every_topic_of_the_rules_is_one_that_is_answered():
    """A misspelt topic in a rule file would never be heard."""
    known = {*URGENT, *TASKS, *QUESTIONS, *MANNERS, *COURTESIES}
    assert set(rules().topics.cues) == known
    assert set(rules().doctors.cues) == phrases("en").doctors.keys()
    assert set(rules().languages.cues) == {*LANGUAGES, "other"}
    assert set(NEEDS) == set(TASKS)


def test_every_question_has_its_phrases():
    """What a question or a manner leads to can be said."""
    keys = phrases("en").phrases.keys()
    plain = set(QUESTIONS) - {"doctors"} | (set(MANNERS) - {"advice", "present"})
    assert plain <= keys
    assert {f"doctors.{doctor}" for doctor in (*rules().doctors.cues, "all")} <= keys
    assert {f"injury.{kind}" for kind in rules().injuries.cues if kind != "serious"} <= keys
    assert dialogue.COURTESIES == COURTESIES
