"""The percentiles of stages of many Turns: p50, p90, p95, p99 and the largest, in us.

Percentiles are by nearest rank: each is a time that a caller did wait.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .marks import STAGES, Kind
from .turn_report import TOTAL, TurnReport

QUANTILES: Final = {"p50": 0.50, "p90": 0.90, "p95": 0.95, "p99": 0.99}
"""Name of each percentile -> its share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """Percentiles of one stage."""

    count: int
    """Turns counted; one whose path does not pass through the stage counts as 0."""
    on_path: int
    """Turns whose path does."""
    p50: int
    p90: int
    p95: int
    p99: int
    max: int

    @classmethod
    def of(cls, values: Sequence[int], *, on_path: int | None = None) -> Percentiles:
        """The percentiles of at least one value.

        Raises:
            ValueError: There is none.
        """
        if not values:
            raise ValueError("percentiles need at least one value")
        ordered = sorted(values)
        ranks = {name: nearest_rank(ordered, share) for name, share in QUANTILES.items()}
        return cls(
            count=len(ordered),
            on_path=len(ordered) if on_path is None else on_path,
            max=ordered[-1],
            **ranks,
        )


def nearest_rank(ordered: Sequence[int], share: float) -> int:
    """The smallest of the sorted values that at least this share of them do not exceed. The plugin
    has the same, but importing the plugin imports LiveKit, which latency does without."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def percentiles_by_stage(reports: Iterable[TurnReport], kind: Kind) -> dict[str, Percentiles]:
    """The percentiles of each stage that was on any path, in the path's order, and of the total."""
    rows = [
        (report.timeline.by_stage, report.total_us) for report in reports if report.kind is kind
    ]
    if not rows:
        return {}
    found: dict[str, Percentiles] = {}
    for stage in STAGES[kind]:
        on_path = sum(stage in stages for stages, _ in rows)
        if on_path:
            values = [stages.get(stage, 0) for stages, _ in rows]
            found[stage] = Percentiles.of(values, on_path=on_path)
    found[TOTAL] = Percentiles.of([total for _, total in rows])
    return found
