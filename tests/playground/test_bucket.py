"""The bucket: how often something may happen."""

from __future__ import annotations

from playground.bucket import TokenBucket


def test_a_minutes_worth_at_once_and_then_one_by_one() -> None:
    """Six a minute: six at once, then one every 10 s; asking meanwhile costs nothing."""
    bucket = TokenBucket(6, now=5.0)
    assert [bucket.take(5.0) for _ in range(7)] == [0.0] * 6 + [10.0]
    assert bucket.take(7.5) == 7.5
    assert bucket.take(15.0) == 0.0
    assert bucket.take(15.0) == 10.0


def test_a_long_pause_saves_no_more_than_a_minutes_worth() -> None:
    """Nor does a clock that is asked twice."""
    bucket = TokenBucket(2, now=0.0)
    assert bucket.wait(3600.0) == bucket.wait(3600.0) == 0.0
    assert [bucket.take(3600.0) for _ in range(3)] == [0.0, 0.0, 30.0]
