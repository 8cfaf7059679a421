"""What the caller has heard by now."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.synthesis.playout import Playout


def test_nothing_is_ahead_before_the_first_push() -> None:
    """A reply begins empty."""
    playout = Playout()
    assert playout.ahead(5.0) == 0.0
    assert not playout.begun


def test_audio_is_played_as_time_passes() -> None:
    """Two seconds pushed, half a second later one and a half are left."""
    playout = Playout()
    playout.push(2.0, now=10.0)
    assert playout.ahead(10.5) == pytest.approx(1.5)
    assert playout.ahead(13.0) == 0.0


def test_a_late_push_is_played_from_then_on() -> None:
    """The silence before it is not caught up with."""
    playout = Playout()
    playout.push(1.0, now=0.0)
    playout.push(1.0, now=1.5)
    assert playout.ahead(1.5) == pytest.approx(1.0)
    assert playout.pushed == pytest.approx(2.0)
