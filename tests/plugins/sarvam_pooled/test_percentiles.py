"""Percentiles by nearest rank."""

from __future__ import annotations

import pytest
from livekit.plugins.sarvam_pooled.percentiles import nearest_rank


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 15), (0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (0.81, 50), (1.0, 50)],
)
def test_the_rank_is_rounded_up(share: float, expected: int) -> None:
    """The textbook's five values: the n-th of N has a rank of at least share * N."""
    assert nearest_rank([15, 20, 35, 40, 50], share) == expected
