"""What tasks say."""

from __future__ import annotations

from dataclasses import asdict
from string import Formatter

import pytest

from agent.config.languages import languages
from agent.forms.phrases import form_phrases


@pytest.mark.parametrize("language", languages())
def test_each_language_has_every_phrase_with_its_places(language: str) -> None:
    """A place that is missing would leave a value out of what is read back."""
    english = asdict(form_phrases("en-IN"))
    for name, phrase in asdict(form_phrases(language)).items():
        places = {field for _, field, _, _ in Formatter().parse(phrase) if field}
        wanted = {field for _, field, _, _ in Formatter().parse(english[name]) if field}
        assert (name, places) == (name, wanted)
        assert language == "en-IN" or not phrase.isascii()


def test_a_language_that_is_not_there_is_an_error() -> None:
    """Rather than another language's words."""
    with pytest.raises(KeyError):
        form_phrases("fr-FR")
