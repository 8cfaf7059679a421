"""Pieces and chunks: pure."""

from __future__ import annotations

import itertools
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.openai.chunks import Call, Generation, completion, cut, events, pieces
from sandbox.openai.receptionist.rules import LANGUAGES
from sandbox.openai.receptionist.templates import templates


def generation(text: str = "", calls: Any = ()) -> Any:
    """A reply of that text and those calls."""
    said, finish = cut(text, (), None)
    return Generation("id", 1, "m", said, calls, "tool_calls" if calls else finish, 7)


@given(st.text())
def test_pieces_join_to_the_text(text: str) -> None:
    """No character is lost, added or moved, whatever the text."""
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receptionists_words_are_cut_between_syllables(language: Any) -> None:
    """Pieces are of token size, and none begins with a mark or divides a conjunct."""
    replies = [text for variants in templates(language).templates.values() for text in variants]
    parts = [pieces(text) for text in replies]
    assert 3.5 < sum(map(len, replies)) / sum(map(len, parts)) < 4.5
    for before, after in (pair for row in parts for pair in itertools.pairwise(row)):
        assert len(before) <= 10
        assert not unicodedata.category(after[0]).startswith("M")
        assert before[-1] not in ("\u094d", "\u200d")


@pytest.mark.parametrize(
    "cluster", ["c", "हिं", "दी", "स्त्री", "क्\u200dष", "மி", "ழ்", "ம்", "👩\u200d⚕️"]
)
def test_no_piece_divides_what_a_reader_sees_as_one_letter(cluster: str) -> None:
    """Vowel signs and conjuncts stay with their consonant; the Tamil pulli ends a cluster."""
    assert all(piece in cluster * 9 for piece in pieces(cluster * 9))
    assert all(len(piece) % len(cluster) == 0 for piece in pieces(cluster * 9))


def test_a_space_begins_a_piece() -> None:
    """Words are cut as a model's tokens are: a token brings the space before it."""
    assert pieces("Sure. We are open appointment") == (
        "Sure.", " We", " are", " open", " app", "oint", "ment",
    )  # fmt: skip


def test_a_limit_and_a_stop_may_meet() -> None:
    """The limit counts the pieces that are left before the stop sequence."""
    assert cut("one two three", ("three",), 2) == (("one", " two"), "length")
    assert cut("one two", ("two", "one"), 5) == ((), "stop")
    assert cut("one two", ("",), None) == (("one", " two"), "stop")


def test_events_tell_how_much_is_generated_before_each() -> None:
    """The role leaves with the first piece, each piece after those before it, the end last."""
    parts = events(generation("Sure. We are open."), include_usage=True)
    assert [event.before for event in parts] == [0, 0, 5, 8, 12, 15, 18, 18, 18]
    assert sum(event.characters for event in parts) == 18
    assert parts[-1].data == b"data: [DONE]\n\n"


def test_calls_are_numbered_and_their_arguments_join() -> None:
    """Each call begins with id and name and continues with pieces of its arguments."""
    calls = (Call("a", "first", '{"day": "Monday"}'), Call("b", "second", "{}"))
    made = generation(calls=calls)
    deltas = [
        json.loads(event.data.removeprefix(b"data: "))["choices"][0]["delta"]
        for event in events(made, include_usage=False)[:-1]
    ]
    assert deltas[0] == {"role": "assistant", "content": None, "refusal": None}
    parts = [part for delta in deltas for part in delta.get("tool_calls", ())]
    for index, call in enumerate(calls):
        mine = [part for part in parts if part["index"] == index]
        assert (mine[0]["id"], mine[0]["function"]["name"]) == (call.id, call.name)
        assert "".join(part["function"]["arguments"] for part in mine) == call.arguments
    message = completion(made)["choices"][0]["message"]
    assert message["content"] is None
    assert [call["id"] for call in message["tool_calls"]] == ["a", "b"]
