"""Stored phrases as lines of a terminal."""

from __future__ import annotations

import io

import pytest
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.listing import entries
from rich.console import Console

from agent.phrases.print_table import counted, line, show_table
from tests.support.clinic import TABLE
from tests.support.stored_phrases import MakePhrase


@pytest.fixture
def filled(store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase) -> sarvam_pooled.PhraseStore:
    """A store with one phrase of Sarvam's and one of another provider."""
    store.put(make_phrase("Of  course.", seconds=1.5))
    store.put(make_phrase("[red]Yes", real=False))
    return store


def test_a_program_gets_columns_between_tabs(filled: sarvam_pooled.PhraseStore) -> None:
    """Blanks within a text are single, and nothing in it is taken for a style."""
    out = Console(file=io.StringIO())
    show_table(out, sorted(entries(filled), key=lambda entry: entry.key.text), TABLE)
    rows = [row.split("\t") for row in out.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert [row[:2] + row[3:5] for row in rows] == [
        ["en-IN", "shubh", "Of course.", "1.5 s"],
        ["en-IN", "shubh (127.0.0.1)", "[red]Yes", "1.0 s"],
    ]


def test_people_get_a_table_with_the_sum_below(filled: sarvam_pooled.PhraseStore) -> None:
    """An empty store has no table, but a sum."""
    out = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    show_table(out, list(entries(filled)), TABLE)
    show_table(out, [], TABLE)
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]Yes" in shown
    assert shown.count("language") == 1
    assert shown.splitlines()[-2:] == ["2 phrases, 2 s, 0.1 MB", "0 phrases, 0 s, 0.0 MB"]


def test_one_phrase_is_one_line(filled: sarvam_pooled.PhraseStore) -> None:
    """Whose it is, what it says and how long it plays."""
    lines = {line(entry, TABLE) for entry in entries(filled)}
    assert "en-IN shubh  Of course.  1.5 s" in lines


@pytest.mark.parametrize(("number", "words"), [(0, "0 phrases"), (1, "1 phrase"), (2, "2 phrases")])
def test_numbers_agree_with_their_nouns(number: int, words: str) -> None:
    """As people write them."""
    assert counted(number) == words
