"""The rule files and phrase files belong together."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.openai.receptionist import dialogue
from sandbox.openai.receptionist.booking import NEEDS
from sandbox.openai.receptionist.opening import DAYS
from sandbox.openai.receptionist.rules import LANGUAGES, rules
from sandbox.openai.receptionist.templates import templates
from sandbox.openai.receptionist.understanding import (
    COURTESIES,
    MANNERS,
    QUESTIONS,
    TASKS,
    URGENT,
)

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: Any) -> None:
    """The same keys, at least two different variants each, and the same values in them."""
    english, other = templates("en"), templates(language)
    assert other.templates.keys() == english.templates.keys()
    for table in ("parts", "days", "doctors"):
        assert getattr(other, table).keys() == getattr(english, table).keys()
    assert other.days.keys() >= DAYS
    for key, variants in other.templates.items():
        assert len(set(variants)) == len(variants) >= 2
        allowed = {name for text in english.templates[key] for name in PLACEHOLDER.findall(text)}
        for text in variants:
            assert set(PLACEHOLDER.findall(text)) <= allowed, (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_can_be_spoken(language: Any) -> None:
    """No markdown, no double spaces, and every phrase ends as a sentence does."""
    for variants in templates(language).templates.values():
        for text in variants:
            assert re.fullmatch(r"[^*_#`\[\]|\n]+[.?!।]", text), text
            assert "  " not in text


def test_every_topic_of_the_rules_is_one_that_is_answered() -> None:
    """A misspelt topic in a rule file would never match."""
    known = {*URGENT, *TASKS, *QUESTIONS, *MANNERS, *COURTESIES}
    assert set(rules().topics.keywords) == known
    assert set(rules().doctors.keywords) == templates("en").doctors.keys()
    assert set(rules().languages.keywords) == {*LANGUAGES, "other"}
    assert set(NEEDS) == set(TASKS)


def test_every_question_has_its_templates() -> None:
    """What a question or a manner leads to can be said."""
    keys = templates("en").templates.keys()
    own = set(QUESTIONS) - {"doctors"} | (set(MANNERS) - {"advice", "present"})
    assert own <= keys
    assert {f"doctors.{doctor}" for doctor in (*rules().doctors.keywords, "all")} <= keys
    assert {f"injury.{kind}" for kind in rules().injuries.keywords if kind != "serious"} <= keys
    assert dialogue.COURTESIES == COURTESIES
