"""Chunks of several Segments into the order of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.synthesis.reorder import Reorder


def test_the_head_passes_straight_through() -> None:
    """Nothing of the Segment that plays is held."""
    assert Reorder().add(0, b"a") == [(0, b"a")]


def test_a_later_segment_waits_for_its_turn() -> None:
    """What came early plays when all before it is finished, in one go."""
    order = Reorder()
    assert order.add(1, b"b1") == []
    assert order.add(1, b"b2") == []
    assert order.held_bytes == 4
    assert order.finish(1) == []
    assert order.finish(0) == [(1, b"b1"), (1, b"b2")]
    assert order.head == 2
    assert order.held_bytes == 0


def test_a_finished_segment_takes_no_more() -> None:
    """A Chunk after the end is a bug, and so is a second end."""
    order = Reorder()
    order.finish(0)
    with pytest.raises(ValueError, match="finished"):
        order.add(0, b"late")
    order.finish(2)
    for index in (0, 2):
        with pytest.raises(ValueError, match="finished"):
            order.finish(index)


@given(st.permutations([(i, j) for i in range(4) for j in range(3)]))
def test_any_arrival_plays_in_the_order_of_the_text(arrivals: list[tuple[int, int]]) -> None:
    """Whatever comes first, Segments play in order, each Chunk once and in its own order."""
    order, played, counts = Reorder(), [], [0] * 4
    for index, _ in arrivals:
        played += order.add(index, bytes([index, counts[index]]))
        counts[index] += 1
        if counts[index] == 3:
            played += order.finish(index)
    assert [tuple(chunk) for _, chunk in played] == [(i, j) for i in range(4) for j in range(3)]
