"""Percentiles by nearest rank: each is a value that was measured. The module is pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

_Number = TypeVar("_Number", int, float)


def nearest_rank(ordered: Sequence[_Number], share: float) -> _Number:
    """The smallest of the sorted values that at least this share of them do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
