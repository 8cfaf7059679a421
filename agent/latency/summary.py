"""Sums up a call at hang-up: how long the caller waited, for what, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from .marks import Kind
from .percentiles import QUANTILES, Percentiles, percentiles_by_stage
from .prices import Cost, estimate
from .turn_report import EVENTS, TOTAL, VERSION, TurnReport
from .usage import Usage

_SHOWN: Final = ("p50", "p90", "p95", "max")
"""The percentiles in the log; the file has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A call."""

    call: str
    seconds: float
    """Length of the call."""
    counts: Mapping[str, int]
    """Counts of `turns`, of each of `EVENTS`, and of `breaches`: Turns over a limit."""
    stages: dict[Kind, dict[str, Percentiles]] = field(default_factory=dict)
    """Percentiles of each stage and of the total, by what was timed."""
    usage: tuple[Usage, ...] = ()
    cost: Cost = field(default_factory=Cost)

    @property
    def characters(self) -> int:
        """Characters that providers synthesised."""
        return round(sum(used.amount for used in self.usage if used.unit == "characters"))

    def to_json(self) -> str:
        """The last line of a call's file; times in milliseconds."""
        written = {
            "v": VERSION,
            "kind": "summary",
            "call": self.call,
            "seconds": round(self.seconds, 3),
            **self.counts,
            "characters": self.characters,
            "stages": {
                kind.value: {name: _spread_dict(spread) for name, spread in found.items()}
                for kind, found in self.stages.items()
            },
            "used": [asdict(used) for used in self.usage],
            "cost": {name: round(sum_, 6) for name, sum_ in self.cost.by_currency.items()},
            "unpriced": list(self.cost.unpriced),
            "prices_as_of": self.cost.as_of.isoformat() if self.cost.as_of else None,
        }
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"))

    def line(self) -> str:
        """A line for the log: totals, the events that occurred, and the cost."""
        count = self.counts["turns"]
        turns = "1 turn" if count == 1 else f"{count} turns"
        parts = [f"call of {self.seconds:.0f} s: {turns}"]
        for kind, found in self.stages.items():
            total = found[TOTAL]
            shown = " ".join(f"{name} {_ms(getattr(total, name))}" for name in _SHOWN)
            parts.append(f"{kind} {shown} ms")
        special = [
            f"{name.replace('_', ' ')} {count}"
            for name, count in self.counts.items()
            if count and name != "turns"
        ]
        parts.append(", ".join([*special, f"characters {self.characters}", f"cost {self.cost}"]))
        return " | ".join(parts)


def summarise(
    call: str,
    reports: Sequence[TurnReport],
    *,
    seconds: float = 0.0,
    usage: Sequence[Usage] = (),
) -> Summary:
    """Summarise a call.

    Args:
        reports: All of the call, in any order.
        seconds: Its length.
        usage: What its providers will bill, if known.
    """
    by_kind = {kind: percentiles_by_stage(reports, kind) for kind in Kind}
    events = {name: sum(map(count, reports)) for name, count in EVENTS.items()}
    return Summary(
        call=call,
        seconds=seconds,
        counts={
            "turns": sum(report.kind is Kind.TURN for report in reports),
            **events,
            "breaches": sum(bool(r.budget and r.budget.breaches) for r in reports),
        },
        stages={kind: found for kind, found in by_kind.items() if found},
        usage=tuple(usage),
        cost=estimate(usage),
    )


def _spread_dict(spread: Percentiles) -> dict[str, float]:
    times = {f"{name}_ms": getattr(spread, name) / 1000 for name in (*QUANTILES, "max")}
    return {"count": spread.count, "on_path": spread.on_path, **times}


def _ms(us: int) -> int:
    return round(us / 1000)
