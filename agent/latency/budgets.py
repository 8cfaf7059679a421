"""Limits of stages and totals, checked for one Turn and for many.

Data: budgets.toml. The worker holds each Turn to it (`Budget.check`), and a call that passes it too
often is slow (`SlowCallDetector`); `make budget` holds a run of calls to it (`Budget.judge`). Both
name one dominant stage: the one that is most over what is usual, its limit at p50, because a late
total does not say why it is late.
"""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from .marks import STAGES, Kind
from .percentiles import QUANTILES, Percentiles, percentiles_by_stage
from .timeline import Timeline
from .turn_report import TOTAL, Breach, BudgetCheck, TurnReport

DATA: Final = Path(__file__).with_name("budgets.toml")
_ONE_TURN: Final = "p95"
LIMITED: Final = {name: QUANTILES[name] for name in ("p50", "p95", "p99")}
"""Percentiles that have limits, and their shares, in the order of the file."""


class BudgetError(Exception):
    """The file of budgets does not fit; the message says what to change in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One percentile of one stage against its limit, in microseconds."""

    kind: Kind
    stage: str
    quantile: str
    us: int
    limit_us: int

    @property
    def over_us(self) -> int:
        """Microseconds over the limit; negative within it."""
        return self.us - self.limit_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Many Turns against a budget."""

    name: str
    rows: tuple[Row, ...]
    """All that was judged: p50 of 2 Turns and more, p95 of 20, p99 of 100."""
    dominant: str = ""
    """The stage to look at first; empty when nothing is over."""

    @property
    def over(self) -> tuple[Row, ...]:
        """The rows over their limits."""
        return tuple(row for row in self.rows if row.over_us > 0)

    @property
    def kept(self) -> bool:
        """Whether something was judged, and nothing was over."""
        return bool(self.rows) and not self.over

    def text(self) -> str:
        """One line for each row that is over, or one line that the budget is kept."""
        if not self.rows:
            return f"budget {self.name}: there was no turn to judge"
        if not self.over:
            return f"budget {self.name}: kept, {len(self.rows)} limits"
        lines = [
            f"{row.kind} {row.stage} {row.quantile}: {row.us / 1000:.0f} ms, "
            f"limit {row.limit_us / 1000:.0f} ms"
            for row in self.over
        ]
        return "\n".join([f"budget {self.name}: broken, look at {self.dominant}", *lines])


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits in microseconds: kind -> stage or `total` -> percentile -> limit."""

    name: str
    limits: Mapping[Kind, Mapping[str, Mapping[str, int]]]

    def check(self, timeline: Timeline) -> BudgetCheck:
        """Hold one Turn to the limits at p95."""
        limits = self.limits.get(timeline.kind, {})
        taken = timeline.by_stage | {TOTAL: timeline.total_us}
        breaches = tuple(
            Breach(stage=stage, us=us, limit_us=limits[stage][_ONE_TURN])
            for stage, us in taken.items()
            if stage in limits and us > limits[stage][_ONE_TURN]
        )
        dominant = self._worst(timeline.kind, "p50", timeline.by_stage) if breaches else ""
        return BudgetCheck(name=self.name, breaches=breaches, dominant=dominant)

    def judge(self, reports: Sequence[TurnReport]) -> Judgement:
        """Hold the percentiles of many Turns to the limits."""
        rows: list[Row] = []
        dominant = ""
        for kind in self.limits:
            found = percentiles_by_stage(reports, kind)
            for quantile, share in LIMITED.items():
                judged = self._rows(kind, quantile, found) if _enough(found, share) else []
                rows += judged
                if not dominant and any(row.over_us > 0 for row in judged):
                    taken = {s: getattr(spread, quantile) for s, spread in found.items()}
                    dominant = self._worst(kind, quantile, taken)
        return Judgement(name=self.name, rows=tuple(rows), dominant=dominant)

    def _rows(self, kind: Kind, quantile: str, found: Mapping[str, Percentiles]) -> list[Row]:
        return [
            Row(
                kind=kind,
                stage=stage,
                quantile=quantile,
                us=getattr(spread, quantile),
                limit_us=self.limits[kind][stage][quantile],
            )
            for stage, spread in found.items()
            if stage in self.limits[kind]
        ]

    def _worst(self, kind: Kind, quantile: str, taken: Mapping[str, int]) -> str:
        """The limited stage that is most over its limit, or least under it."""
        limits = self.limits[kind]
        over = {
            stage: us - limits[stage][quantile]
            for stage, us in taken.items()
            if stage in limits and stage != TOTAL
        }
        return max(over, key=over.__getitem__, default=TOTAL)


class SlowCallDetector:
    """Decides when a call has become slow, and when it has recovered.

    Args:
        on_change: Called with (slow, stage) when the call becomes slow and when it recovers, where
            `stage` is the last dominant one. It must return at once.
        enter: The call is slow if this many of the last `window` Turns were over the budget.
        window: The call has recovered if this many Turns in a row were within the budget.
    """

    def __init__(
        self, on_change: Callable[[bool, str], None], *, enter: int = 3, window: int = 5
    ) -> None:
        self._on_change = on_change
        self._enter = enter
        self._recent: deque[bool] = deque(maxlen=window)
        self._dominant = ""
        self.slow = False

    def observe(self, check: BudgetCheck) -> None:
        """Take the next Turn into account."""
        late = bool(check.breaches)
        self._recent.append(late)
        if late:
            self._dominant = check.dominant
        count = sum(self._recent)
        if not self.slow and count >= self._enter:
            self.slow = True
            self._on_change(True, self._dominant)
        elif self.slow and count == 0:
            self.slow = False
            self._on_change(False, self._dominant)


def load_budget(name: str | None = None, *, path: Path = DATA) -> Budget:
    """Read a budget, by default the one that the file names as its default.

    Raises:
        BudgetError: The file cannot be read or does not fit, or has no such budget.
    """
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BudgetError(f"{path} does not fit: {'; '.join(problems)}") from None
    except (OSError, ValueError) as error:
        raise BudgetError(f"{path} cannot be read: {error}") from None
    wanted = name or file.default
    if wanted not in file.budgets:
        raise BudgetError(f"{path} has no budget {wanted}: take one of {', '.join(file.budgets)}")
    return Budget(
        name=wanted,
        limits={
            kind: {
                stage: {q: round(ms * 1000) for q, ms in zip(LIMITED, triple, strict=True)}
                for stage, triple in stages.items()
            }
            for kind, stages in file.budgets[wanted].items()
        },
    )


def _enough(found: Mapping[str, Percentiles], share: float) -> bool:
    """Whether there are enough Turns for this percentile to differ from their maximum."""
    return TOTAL in found and found[TOTAL].count * (1 - share) >= 1 - 1e-9


def _rising(triple: tuple[float, float, float]) -> tuple[float, float, float]:
    if not 0 < triple[0] <= triple[1] <= triple[2]:
        raise ValueError("write p50, p95, p99 in milliseconds, none less than the one before")
    return triple


def _known(budget: Mapping[Kind, Mapping[str, object]]) -> Mapping[Kind, Mapping[str, object]]:
    for kind, stages in budget.items():
        if unknown := stages.keys() - {TOTAL, *STAGES[kind]}:
            names = ", ".join([TOTAL, *STAGES[kind]])
            raise ValueError(f"a {kind} has no stage {min(unknown)}: its stages are {names}")
    return budget


_Limits = Annotated[tuple[float, float, float], AfterValidator(_rising)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    default: str
    budgets: dict[str, Annotated[dict[Kind, dict[str, _Limits]], AfterValidator(_known)]]
