"""Which Segment may start."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.options import Synthesis
from livekit.plugins.sarvam_pooled.synthesis import schedule

RULES = Synthesis(parallel=3, look_ahead=20.0)


@pytest.mark.parametrize(
    ("in_flight", "ahead", "may"),
    [(0, 0.0, True), (2, 0.0, True), (3, 0.0, False), (1, 20.1, False), (0, 60.0, False)],
)
def test_a_segment_starts_while_there_is_room(in_flight: int, ahead: float, may: bool) -> None:
    """Bounded by the number in flight and by unplayed audio."""
    assert schedule.may_start(RULES, in_flight=in_flight, ahead=ahead) is may


def test_without_look_ahead_a_segment_starts_when_all_was_played() -> None:
    """Never a standstill."""
    assert schedule.may_start(Synthesis(look_ahead=0), in_flight=0, ahead=0.0)


def test_room_comes_with_playing() -> None:
    """The time until then is what is ahead beyond the bound."""
    assert schedule.look_again_in(RULES, ahead=23.5) == pytest.approx(3.5)
    assert schedule.look_again_in(RULES, ahead=3.0) == 0.0
