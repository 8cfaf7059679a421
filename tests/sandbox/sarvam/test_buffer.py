"""When text goes to the model, and in which pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sarvam.buffer import TextBuffer, split_text


@pytest.mark.parametrize(
    ("texts", "now", "held"),
    [
        # The documents' own example: 60 characters go at once, 20 wait.
        (["x" * 60, "y" * 20], [["x" * 60], []], "y" * 20),
        (["x" * 49], [[]], "x" * 49),
        (["x" * 50], [["x" * 50]], ""),
        (["x" * 30, "y" * 30], [[], ["x" * 30 + "y" * 30]], ""),
        # No space is put between two messages.
        (["One sentence.", "And another one that makes it long enough now."],
         [[], ["One sentence.And another one that makes it long enough now."]], ""),
    ],
)  # fmt: skip
def test_text_waits_for_the_threshold(texts: list[str], now: list[list[str]], held: str) -> None:
    """Text waits for the threshold, then all of it goes."""
    buffer = TextBuffer()
    taken = [buffer.append(text, min_buffer_size=50, max_chunk_length=150) for text in texts]
    assert taken == now
    assert buffer.held == held


def test_a_flush_takes_all_waiting_text() -> None:
    """A flush gives what waits, however short, and then nothing waits."""
    buffer = TextBuffer()
    buffer.append("Yes.", min_buffer_size=50, max_chunk_length=150)
    assert buffer.flush(150) == ["Yes."]
    assert buffer.flush(150) == []


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 50, []),
        ("Short.", 50, ["Short."]),
        ("One. Two. Three.", 10, ["One. Two. ", "Three."]),
        ("पहला वाक्य। दूसरा वाक्य।", 14, ["पहला वाक्य। ", "दूसरा वाक्य।"]),
        ('He said "no." Then he left.', 20, ['He said "no." ', "Then he left."]),
        ("no sentence end in here", 12, ["no sentence ", "end in here"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
    ],
)
def test_a_long_text_is_cut_after_a_sentence_or_a_word(
    text: str, limit: int, pieces: list[str]
) -> None:
    """A long text is cut after a sentence, else after a word, else at the limit."""
    assert split_text(text, limit) == pieces


@given(st.text(alphabet="ab .।?", max_size=300), st.integers(5, 60))
def test_pieces_join_to_the_text_within_the_limit(text: str, limit: int) -> None:
    """The pieces join to the text, and none is longer than the limit or empty."""
    pieces = split_text(text, limit)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= limit for piece in pieces)
