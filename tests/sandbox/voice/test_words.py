"""Times of written words from the synthesizer's events."""

from __future__ import annotations

import pytest

from sandbox.voice.words import WordEvent, word_times


def test_each_word_lasts_until_the_next() -> None:
    """A word begins with its event and ends where the next one begins."""
    words = word_times("one two", [WordEvent(0, 0.0), WordEvent(4, 0.4)], [0.9], 0.9)
    assert words == (("one", 0.0, 0.4), ("two", 0.4, 0.9))


def test_clause_end_ends_a_word() -> None:
    """A pause after a clause belongs to no word."""
    words = word_times("one, two", [WordEvent(0, 0.0), WordEvent(5, 0.8)], [0.5], 1.2)
    assert words == (("one,", 0.0, 0.5), ("two", 0.8, 1.2))


def test_number_read_as_several_words() -> None:
    """A written word with several events begins with the first of them."""
    events = [WordEvent(0, 0.0), WordEvent(1, 0.2), WordEvent(2, 0.4), WordEvent(5, 0.6)]
    assert word_times("4:30 pm", events, [], 1.0) == (("4:30", 0.0, 0.6), ("pm", 0.6, 1.0))


@pytest.mark.parametrize(
    ("events", "starts"),
    [
        ([WordEvent(0, 0.0), WordEvent(4, 0.6)], [0.0, 0.3, 0.6]),
        ([WordEvent(0, 0.0)], [0.0, 0.4, 0.8]),
        ([WordEvent(2, 0.2), WordEvent(4, 0.6)], [0.0, 0.2, 0.6]),
        ([], [0.0, 0.4, 0.8]),
    ],
)
def test_a_word_without_an_event_gets_an_even_share(
    events: list[WordEvent], starts: list[float]
) -> None:
    """A word run together with its neighbours gets an even share of the time between them."""
    words = word_times("a b c", events, [], 1.2)
    assert [word.start for word in words] == pytest.approx(starts)


def test_times_stay_within_the_sound() -> None:
    """An event after the trimmed end is brought back to it, and time never runs backwards."""
    words = word_times("a b", [WordEvent(0, 0.3), WordEvent(2, 2.0)], [], 1.0)
    assert words == (("a", 0.3, 1.0), ("b", 1.0, 1.0))


def test_marks_alone_are_left_out() -> None:
    """Dashes and dots that stand alone are left out."""
    assert [word.text for word in word_times("yes - no ...", [], [], 1.0)] == ["yes", "no"]
