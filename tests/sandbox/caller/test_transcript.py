"""Segments are found by side and time."""

from __future__ import annotations

from sandbox.caller.transcript import Transcript


def test_text_by_side_and_time() -> None:
    """The words of a stretch of the call are those of the segments that began in it."""
    transcript = Transcript()
    for key, speaker, began, text in [
        ("a", "agent", 1.0, "Welcome. "),
        ("b", "caller", 3.0, "hello"),
        ("c", "agent", 4.0, "How can"),
        ("d", "agent", 4.5, " I help?"),
        ("e", "caller", 6.0, "bye"),
    ]:
        segment = transcript.begin(key, speaker, began)
        segment.text, segment.final = text, True
    assert transcript.text("agent", 0, 3) == "Welcome."
    assert transcript.text("agent", 3, 6) == "How can I help?"
    assert transcript.text("caller", 3, 6) == "hello"
    assert transcript.text("caller", 0, 3) == ""


def test_a_segment_is_dated_to_its_first_words() -> None:
    """A later version of a segment replaces its words and leaves its time."""
    transcript = Transcript()
    transcript.begin("a", "caller", 1.0).text = "hell"
    again = transcript.begin("a", "caller", 2.0)
    again.text = "hello"
    assert transcript.text("caller", 0.5, 1.5) == "hello"


def test_only_final_segments_on_request() -> None:
    """Words that were never final, and segments without words, can be left out."""
    transcript = Transcript()
    transcript.begin("a", "caller", 1.0).text = "hello"
    transcript.begin("b", "caller", 1.5)
    assert transcript.text("caller", 0, 2, final_only=True) == ""
    assert transcript.text("caller", 0, 2) == "hello"
