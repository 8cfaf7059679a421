"""The texts that cost a segmenter most, and what is made of their times."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

from bench.micro.segmenter import TEXTS, cost, growth, holds, sheet

LINEAR, QUADRATIC = (0.1, 0.2), (0.1, 0.4)


@pytest.mark.parametrize("name", TEXTS)
def test_the_worst_texts_are_cut_into_segments_that_a_message_can_hold(name: str) -> None:
    """In tokens as from an LLM, in a time that can be measured."""
    segmenter, text = Segmenter(Segmenting()), TEXTS[name]
    pushed = [segmenter.push(text[at : at + 4]) for at in range(0, len(text), 4)]
    segments = [segment for each in (*pushed, segmenter.flush()) for segment in each]
    assert all(len(segment.text) <= 2500 for segment in segments)
    assert cost(text[:1000]) > 0


def test_a_cost_that_grows_faster_than_the_text_does_not_hold() -> None:
    """Twice as much for twice the text does; a text that costs next to nothing always does."""
    assert holds({"reply": LINEAR, "stars": (0.0, 0.015)})
    assert not holds({"reply": LINEAR, "stars": QUADRATIC})
    assert growth(QUADRATIC) == pytest.approx(3.8)


def test_the_table_has_a_row_for_each_text() -> None:
    """With the time of one push, and how much more the whole costs than its half."""
    (row,) = sheet({"stars": (0.1, 0.25)}).rows
    assert row == ("stars", "50,000", "250.0", "20.0", "2.5")
