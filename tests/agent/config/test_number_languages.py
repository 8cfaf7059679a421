"""Languages of telephone numbers, as the settings have them."""

from __future__ import annotations

import pytest

from agent.config.number_languages import parse_numbers


def test_numbers_are_read_from_pairs() -> None:
    """However the number and the language are written. Empty text has none."""
    assert parse_numbers("+91-80 1 = KN , 2=hi,") == {"91801": "kn-IN", "2": "hi-IN"}
    assert parse_numbers(" ") == {}


@pytest.mark.parametrize("text", ["12", "=hi-IN", "12=", "+=hi"])
def test_a_broken_pair_is_refused(text: str) -> None:
    """With an example of what to write."""
    with pytest.raises(ValueError, match=r"pairs such as"):
        parse_numbers(text)


def test_an_unknown_language_is_an_error_that_lists_the_known_ones() -> None:
    """Every call to that number would be silent."""
    with pytest.raises(ValueError, match=r"which must be one of en-IN hi-IN .* te-IN$"):
        parse_numbers("+91801=xx-IN")
