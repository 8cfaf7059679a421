"""Words are compared without case, punctuation and spacing, in any script."""

from __future__ import annotations

import pytest

from sandbox.caller.words import covered, difference, find, likeness, spelt, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ... !", []),
        ("Hello, World", ["hello", "world"]),
        ("at 9:30 a.m.", ["at", "9", "30", "a", "m"]),
        ("क्लिनिक खुला है।", ["क्लिनिक", "खुला", "है"]),
        ("மருத்துவர், வணக்கம்!", ["மருத்துவர்", "வணக்கம்"]),
        ("caf\u0065\u0301", ["caf\u00e9"]),
    ],
)
def test_vowel_signs_belong_to_their_word(text: str, expected: list[str]) -> None:
    """Vowel signs stay with their word, and composed forms equal decomposed ones."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("actual", "difference_in_words"),
    [
        ("a b c d", ""),
        ("a c d", "“b” is missing"),
        ("a b b c d", "“b” is extra"),
        ("a x c d", "“x” instead of “b”"),
        ("", "“a b c d” is missing"),
    ],
)
def test_the_first_difference_is_put_in_words(actual: str, difference_in_words: str) -> None:
    """Missing, extra or other words."""
    assert difference(list("abcd"), actual.split()) == difference_in_words


def test_a_long_difference_is_cut() -> None:
    """A whole missing paragraph is named by its first words."""
    assert difference(list("abcdefgh"), []) == "“a b c d e f …” is missing"


@pytest.mark.parametrize(
    ("actual", "share"), [("a b c d", 1.0), ("a b", 0.5), ("d c b a", 0.25), ("x", 0.0)]
)
def test_likeness_is_the_share_of_expected_words_in_order(actual: str, share: float) -> None:
    """Likeness is the share of the expected words found in order."""
    assert likeness(list("abcd"), actual.split()) == share


def test_any_text_is_like_no_expectation() -> None:
    """Where nothing was expected, everything is as expected."""
    assert likeness([], ["a"]) == 1.0


def test_a_run_of_words_is_found_as_a_whole() -> None:
    """A run of words is found as a whole, from the start given."""
    text = list("ababc")
    assert find(["a", "b"], text) == 0
    assert find(["a", "b"], text, 1) == 2
    assert find(["b", "a", "c"], text) is None
    assert find([], text) == 0
    assert find(list("ababcd"), text) is None


@pytest.mark.parametrize(
    ("pieces", "reached"),
    [
        ([], 0),
        (["ab", "cd"], 4),
        (["cd", "ab"], 4),
        (["ab", "ab", "cd"], 4),
        (["abcd"], 4),
        # A piece that leads nowhere does not hide one that does.
        (["abc", "ab", "cd"], 4),
        (["ab", "d"], 2),
        (["bcd"], 0),
        (["abcde"], 0),
        ([""], 0),
    ],
)
def test_a_text_is_covered_as_far_as_pieces_fit_end_to_end(pieces: list[str], reached: int) -> None:
    """A text is covered as far as pieces fit end to end, whatever their order."""
    assert covered(list("abcd"), [list(piece) for piece in pieces]) == reached


def test_covered_as_far_as_a_cut_off_text_goes() -> None:
    """The last piece of a text that was cut off may reach beyond it, another may not."""
    pieces = [list("ab"), list("cde")]
    assert covered(list("abc"), pieces) == 2
    assert covered(list("abc"), pieces, cut_off=True) == 3
    assert covered(list("abxc"), pieces, cut_off=True) == 2


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        ("0", ["zero"]),
        ("9", ["nine"]),
        ("12", ["twelve"]),
        ("30", ["thirty"]),
        ("45", ["forty", "five"]),
        ("112", ["112"]),
        ("९", ["९"]),
        ("ten", ["ten"]),
    ],
)
def test_small_numbers_are_spelled_out(number: str, spoken: list[str]) -> None:
    """Larger numbers do not change."""
    assert spelt(["at", number]) == ["at", *spoken]
