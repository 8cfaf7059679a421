"""Links, tags and code fences, character by character: markup goes, all else is given back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from livekit.plugins.sarvam_pooled.text.markup import Construct, Info, Link, Peek, Tag


def read(made: Construct, text: str) -> tuple[str, str]:
    """The part of `text` that a construct keeps after its first character, and the rest."""
    assert text.startswith(made.opening)
    for at, char in enumerate(text[1:], start=1):
        if (outcome := made.take(char)) is not None:
            return outcome.kept, text[at + outcome.consumed :]
    return made.end(), ""


@pytest.mark.parametrize(
    ("make", "text", "kept", "behind"),
    [
        (Link, "(https://a.in/b) now", "", " now"),
        (Link, "(/a_(b)) now", "", " now"),
        (Link, '(https://a.in "The (clinic)") now', "", " now"),
        (Link, "(see there) now", "(see ", "there) now"),
        (Link, "(see\nthere", "(see", "\nthere"),
        (Link, "(https://a.in/b", "", ""),
        (Link, "(half", "(half", ""),
        (Tag, "<br/>now", "", "now"),
        (Tag, '<break time="1s"> now', "", " now"),
        (Tag, "</B>now", "", "now"),
        (Tag, "<b and c", "b and", " c"),
        (Tag, "< 6", "<", " 6"),
        (Tag, "<500", "<", "500"),
        (Tag, "<https://a.in>", "h", "ttps://a.in>"),
        (Info, "`python\nx = 1", "", "\nx = 1"),
        (Info, "`x y", "x", " y"),
    ],
)
def test_markup_goes_and_what_is_none_is_given_back(
    make: Callable[[], Construct], text: str, kept: str, behind: str
) -> None:
    """With the place where reading goes on."""
    assert read(make(), text) == (kept, behind)


@pytest.mark.parametrize(("make", "opening"), [(Link, "("), (Tag, "<b "), (Info, "`")])
def test_no_construct_holds_text_without_end(make: Callable[[], Construct], opening: str) -> None:
    """Speech never waits for more than a few hundred characters."""
    text = opening + "x" * 10_000
    kept, behind = read(make(), text)
    assert kept + behind in (text, text[1:])
    assert len(behind) > 9_000


def test_a_mark_is_text_or_not_by_the_next_character() -> None:
    """Which is read again in both cases; at the end of all text it is markup."""
    for following, kept in (("5", "*"), ("b", "")):
        assert read(Peek("*", str.isdigit), f"*{following}") == (kept, following)
    assert read(Peek("*", str.isdigit), "*") == ("", "")
