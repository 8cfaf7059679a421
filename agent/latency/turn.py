"""One Turn as it is logged, published, written down and compared: `TurnReport` and its JSON.

The JSON is the one schema for log, file, page and bench (`v` is its version). Times in it are
milliseconds from the zero with three decimals, here integers of microseconds, so that a report read
back is equal to the one written, and its stages still sum to its total.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from .marks import Kind
from .schema import BudgetJson, Flags, ReportJson
from .timeline import Overlapped, Stage, Timeline

VERSION: Final = 1
"""Of the schema: raised when a reader of the one before would misread it."""
TOTAL: Final = "total"
"""Stands where a stage's name does, for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A limit that a Turn passed."""

    stage: str
    us: int
    limit_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCheck:
    """A Turn against its budget."""

    tier: str
    breaches: tuple[Breach, ...] = ()
    dominant: str = ""
    """The stage that is most over what is usual; empty where no limit was passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """One Turn, greeting or interruption."""

    call: str
    """Name of the room."""
    turn: int
    """Counted from 1 in a call; the greeting is 0, an interruption has the Turn it ends."""
    at: float
    """The zero in seconds of Unix time."""
    timeline: Timeline
    flags: Flags = field(default_factory=Flags)
    heard: str = field(default="", repr=False)
    """The caller's words."""
    said: str = field(default="", repr=False)
    """The agent's words, as far as they are known."""
    budget: BudgetCheck | None = None

    @property
    def kind(self) -> Kind:
        """Which of the three it is."""
        return self.timeline.kind

    @property
    def total_us(self) -> int:
        """Microseconds from the zero to the last Mark."""
        return self.timeline.total_us

    def to_dict(self, *, words: bool = True) -> dict[str, Any]:
        """The schema. Without `words`, what was heard and said is empty."""
        line = self.timeline
        return {
            "v": VERSION,
            "kind": line.kind.value,
            "call": self.call,
            "turn": self.turn,
            "at": round(self.at, 6),
            "total_ms": _ms(line.total_us),
            "stages": [
                {
                    "name": stage.name,
                    "from": stage.begin.value,
                    "to": stage.end.value,
                    "start_ms": _ms(stage.start_us),
                    "ms": _ms(stage.us),
                }
                for stage in line.stages
            ],
            "beside": [
                {"name": b.name, "start_ms": _ms(b.start_us), "ms": _ms(b.us), "why": b.why}
                for b in line.beside
            ],
            "marks": {mark.value: _ms(at) for mark, at in line.marks.items()},
            "clamped": [mark.value for mark in line.clamped],
            "flags": asdict(self.flags),
            "heard": self.heard if words else "",
            "said": self.said if words else "",
            "budget": _budget_dict(self.budget),
        }

    def to_json(self, *, words: bool = True) -> str:
        """The schema in one line, in UTF-8's own letters."""
        return json.dumps(self.to_dict(words=words), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> TurnReport:
        """Read a report that `to_json` wrote. Unknown keys are left out.

        Raises:
            ValueError: It is no such report; the message says where, and shows none of it.
        """
        try:
            read = ReportJson.model_validate_json(text)
        except ValidationError as error:
            places = {".".join(map(str, e["loc"])) or "the JSON" for e in error.errors()}
            raise ValueError(
                f"not a report of a turn: look at {', '.join(sorted(places))}"
            ) from None
        stages = tuple(
            Stage(name=s.name, begin=s.begin, end=s.end, start_us=s.start_ms, us=s.ms)
            for s in read.stages
        )
        if sum(stage.us for stage in stages) != read.total_ms:
            raise ValueError("not a report of a turn: its stages do not sum to total_ms")
        return cls(
            call=read.call,
            turn=read.turn,
            at=read.at,
            timeline=Timeline(
                kind=read.kind,
                total_us=read.total_ms,
                stages=stages,
                beside=tuple(
                    Overlapped(name=b.name, start_us=b.start_ms, us=b.ms, why=b.why)
                    for b in read.beside
                ),
                marks=read.marks,
                clamped=read.clamped,
            ),
            flags=read.flags,
            heard=read.heard,
            said=read.said,
            budget=_read_budget(read.budget),
        )


def _ms(us: int) -> float:
    return us / 1000


def _budget_dict(check: BudgetCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    breaches = [
        {"stage": b.stage, "ms": _ms(b.us), "limit_ms": _ms(b.limit_us)} for b in check.breaches
    ]
    return {"tier": check.tier, "breaches": breaches, "dominant": check.dominant}


def _read_budget(budget: BudgetJson | None) -> BudgetCheck | None:
    if budget is None:
        return None
    breaches = tuple(Breach(stage=b.stage, us=b.ms, limit_us=b.limit_ms) for b in budget.breaches)
    return BudgetCheck(tier=budget.tier, breaches=breaches, dominant=budget.dominant)
