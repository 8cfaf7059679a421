"""Languages, as each provider spells them."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.models import LANGUAGES

from agent.config.languages import find, language, languages
from tests.support.clinic import CLINIC


def test_every_language_of_the_voice_is_there() -> None:
    """Eleven, each with phrases of its own."""
    assert languages().keys() == set(LANGUAGES) == CLINIC.phrases.keys()


@pytest.mark.parametrize(
    ("spelling", "code", "stt", "fallback_tts"),
    [
        ("en-IN", "en-IN", "en-IN", "en"),
        ("en", "en-IN", "en-IN", "en"),
        ("HI", "hi-IN", "hi", "hi"),
        ("ta_in", "ta-IN", "ta", "ta"),
        ("od-IN", "od-IN", "or", "or"),
        ("or", "od-IN", "or", "or"),
    ],
)
def test_a_language_is_found_by_any_spelling(
    spelling: str, code: str, stt: str, fallback_tts: str
) -> None:
    """Odia is `od` to Sarvam and `or` to the others."""
    found = language(spelling)
    assert (found.code, found.stt, found.fallback_tts) == (code, stt, fallback_tts)


@pytest.mark.parametrize("spelling", ["ur-IN", "", "en-IN and so on", "xx", "hi-IN\x00"])
def test_an_unknown_language_is_an_error_that_lists_the_known_ones(spelling: str) -> None:
    """It would be read by the model and refused by the providers: the call would be silent."""
    assert find(spelling) is None
    with pytest.raises(ValueError, match=r"^must be one of en-IN hi-IN bn-IN .* te-IN$"):
        language(spelling)
