"""Words, misspellings and keywords: pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.openai.receptionist.keywords import Keyword, KeywordTable, exact_table, keyword_table
from sandbox.openai.receptionist.words import fold, folded, split, within_one_edit


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What's up, Dr. Rao?", ("What's", "up", "Dr", "Rao")),
        ("10:30 or 5pm, 9.45!", ("10:30", "or", "5", "pm", "9.45")),
        ("जी। क्लिनिक कब खुलेगा?", ("जी", "क्लिनिक", "कब", "खुलेगा")),
        ("காலை 10 மணிக்கு.", ("காலை", "10", "மணிக்கு")),
        ("...", ()),
    ],
)
def test_words_keep_their_marks_and_lose_their_stops(text: str, words: tuple[Any, ...]) -> None:
    """Vowel signs are of the word, punctuation is not."""
    assert split(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [("हाँ", "हां"), ("साढ़े", "साढे"), ("Café", "cafe"), ("what's", "whats"), ("ज़रूर", "ज़रूर")],
)
def test_spellings_that_mean_the_same_fold_together(one: str, other: str) -> None:
    """Nukta, candrabindu, accents, case and apostrophes do not count."""
    assert fold(one) == fold(other)


@given(st.text())
@example("𝑨")
def test_folding_twice_changes_nothing(text: str) -> None:
    """And folding keeps the number of words."""
    assert len(folded(text)) == len(split(text))
    assert all(fold(word) == word for word in folded(text))


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("timing", "timing", True),
        ("timing", "timings", True),
        ("timing", "timng", True),
        ("timing", "tiring", True),
        ("timing", "tmiing", True),
        ("timing", "tming", True),
        ("timing", "tigimn", False),
        ("hours", "house", False),
        ("", "a", True),
        ("", "ab", False),
    ],
)
def test_one_edit_is_found_in_both_directions(one: str, other: str, near: bool) -> None:
    """A letter more, less or other, or two neighbours swapped; in both directions."""
    assert within_one_edit(one, other) is near
    assert within_one_edit(other, one) is near


@pytest.mark.parametrize(
    ("keyword", "said", "found"),
    [
        ("open", "are you open today", True),
        ("open", "the opening", False),
        ("open*", "the opening", True),
        ("how much", "so how much is it", True),
        ("how much", "much how", False),
        ("how+much", "much of how", True),
        ("call off+appoint*", "my appointments call off", True),
        ("call off+appoint*", "call my appointment off", False),
    ],
)
def test_the_notation_has_words_stems_phrases_and_parts(
    keyword: str, said: str, found: bool
) -> None:
    """Words, stems, phrases, and parts anywhere."""
    assert Keyword.parse(keyword, 1).found_in(folded(said)) is found


@pytest.mark.parametrize("notation", ["", "*", "a+", "+b"])
def test_a_keyword_without_words_is_refused(notation: str) -> None:
    """An empty part would be found in everything."""
    with pytest.raises(ValueError, match="a keyword needs words"):
        Keyword.parse(notation, 1)


def test_points_add_up_and_misspellings_weigh_less() -> None:
    """Each keyword counts once, also one that two tables share."""
    book = keyword_table(
        [{"fees": {"strong": ["charges"], "weak": ["money"]}}, {"fees": {"strong": ["charges"]}}]
    )
    assert book.scores(("charges", "money", "charges")) == {"fees": 4.0}
    assert book.scores(("chargis",)) == {"fees": pytest.approx(2.1)}
    assert book.scores(("charges", "chargis")) == {"fees": 3.0}
    assert book.scores(("nothing",)) == {}
    assert book.best(("nothing",)) is None


def test_common_words_are_no_misspellings() -> None:
    """A common word is not taken for a similar keyword."""
    keywords = {"directions": {"strong": ["where"]}}
    assert keyword_table([keywords]).scores(("there",))
    assert not keyword_table([keywords], common=frozenset({"there"})).scores(("there",))


def test_plain_books_want_the_right_letters() -> None:
    """Names and days are not guessed, and the longer phrase wins."""
    book = exact_table([{"day_after": ["day after tomorrow"], "tomorrow": ["tomorrow"]}])
    assert book.best(folded("the day after tomorrow")) == "day_after"
    assert book.best(("tomorow",)) is None
    assert isinstance(book, KeywordTable)
