"""How fast a build may ask."""

from __future__ import annotations

import pytest

from prewarm.rate_limiter import RateLimiter


def test_requests_are_spread_evenly() -> None:
    """None waits that comes late, and a pause is not made up for by a burst."""
    pace = RateLimiter(30)
    assert [pace.wait(100.0), pace.wait(100.0), pace.wait(101.0)] == [0.0, 2.0, 3.0]
    assert pace.wait(200.0) == 0.0
    assert pace.wait(200.0) == 2.0


def test_zero_is_no_limit() -> None:
    """An own server, or a stand-in, may be asked as fast as it answers."""
    pace = RateLimiter(0)
    assert [pace.wait(5.0) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_refusal_holds_everybody_back() -> None:
    """The longest wait that was asked for counts."""
    pace = RateLimiter(60)
    pace.hold(10.0, 15.0)
    pace.hold(10.0, 5.0)
    assert [pace.wait(10.0), pace.wait(10.0)] == [15.0, 16.0]


def test_a_negative_rate_is_refused() -> None:
    """It would run backwards."""
    with pytest.raises(ValueError, match="at least 0"):
        RateLimiter(-1)
