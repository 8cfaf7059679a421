"""Reports of calls against limits: those of the file, and those measured just before. Pure.

A stage is timed wherever it was, on the critical path or overlapped: of two stages in parallel, now
one is on the path and now the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.latency.budgets import LIMITED, Budget, Judgement
from agent.latency.marks import STAGES, Kind
from agent.latency.percentiles import Percentiles
from agent.latency.timeline import Timeline
from agent.latency.turn_report import TOTAL, TurnReport

BUSY: Final = 0.05
"""Share of the time with all CPUs in use above which no stage can be blamed for being slow."""
_IN_TIME: Final = ("overlapped", "preemptive")
"""Why work overlapped the path, if it ended before the path did."""

StagePercentiles = Mapping[Kind, Mapping[str, Percentiles]]
"""Kind -> stage or `total` -> percentiles of its durations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one injected delay changed."""

    total: str
    """How the total changed at p50: `+0.19 s`."""
    named: str
    """The stage that is most over its limit; empty if none is."""
    over: tuple[str, ...]
    """All stages over their limits."""

    def proves(self, stage: str) -> bool:
        """Whether exactly this stage was found."""
        return self.named == stage and self.over == (stage,)


def durations(line: Timeline) -> dict[str, int]:
    """Microseconds of each stage, on the path or overlapped, and of the total."""
    took = line.by_stage
    for overlapped in line.overlapped:
        if overlapped.why in _IN_TIME and overlapped.name not in line.by_stage:
            took[overlapped.name] = took.get(overlapped.name, 0) + overlapped.us
    return took | {TOTAL: line.total_us}


def stage_percentiles(reports: Iterable[TurnReport]) -> StagePercentiles:
    """Percentiles of the durations of each stage and of the total."""
    seen: dict[Kind, dict[str, list[int]]] = {}
    for report in reports:
        of_kind = seen.setdefault(report.kind, {})
        for stage, us in durations(report.timeline).items():
            of_kind.setdefault(stage, []).append(us)
    return {
        kind: {
            stage: Percentiles.of(stages[stage])
            for stage in (*STAGES[kind], TOTAL)
            if stage in stages
        }
        for kind, stages in seen.items()
    }


def relative(measured: StagePercentiles, kind: Kind, *, allowed: float) -> Budget:
    """A budget for one kind: what was measured and `allowed` seconds more."""
    more = round(allowed * 1e6)
    percentiles_by_stage, nothing = measured.get(kind, {}), Percentiles.of([0])
    limits = {
        stage: {q: getattr(percentiles_by_stage.get(stage, nothing), q) + more for q in LIMITED}
        for stage in (*STAGES[kind], TOTAL)
    }
    return Budget(name="as usual", limits={kind: limits})


def find(
    reports: Sequence[TurnReport], before: StagePercentiles, kind: Kind, *, injected: float
) -> Found:
    """Which stage of `kind` is slower than it was `before`."""
    judged = relative(before, kind, allowed=injected / 2).judge(reports)
    over = {row.stage for row in judged.over if row.quantile == "p50"}
    now, then = stage_percentiles(reports).get(kind, {}).get(TOTAL), before.get(kind, {}).get(TOTAL)
    return Found(
        total=f"{(now.p50 - then.p50) / 1e6:+.2f} s" if now and then else "",
        named=judged.dominant,
        over=tuple(stage for stage in STAGES[kind] if stage in over),
    )


def verdict(judged: Judgement, *, busy: float) -> int:
    """The exit code: 0 kept, 1 broken, 2 undecided (no call was made, or the machine was too busy).
    A budget that is kept on a busy machine counts as kept."""
    if judged.kept:
        return 0
    return 2 if not judged.rows or busy > BUSY else 1


def suggest(measured: StagePercentiles) -> list[str]:
    """Limits as lines of the file: what is usual and 100 ms more, so that 200 ms are noticed."""
    lines = []
    for kind, percentiles_by_stage in measured.items():
        lines.append(f"[budgets.NAME.{kind.value}]")
        for stage in (TOTAL, *STAGES[kind]):
            if spread := percentiles_by_stage.get(stage):
                p50 = _rounded(spread.p50 + 100_000)
                p95 = max(p50, _rounded(spread.p95 + 100_000))
                lines.append(f"{stage} = [{p50}, {p95}, {max(p95, _rounded(2 * spread.p95))}]")
    return lines


def _rounded(us: int) -> int:
    """Milliseconds, up to the next ten."""
    return math.ceil(us / 10_000) * 10
