"""The metrics of Turns, for Prometheus: histograms of stages, and counters of events.

A job process makes its `TurnMetrics` once and observes each report; `scrape` sums the processes.
Labels are `kind` (3), `stage` (20) and names of providers, never a call or a caller. Series begin
at 0 when the process is warmed, so that `rate()` sees the first event too; those of stages beside
the path begin with the first event, because most stages never run there.

    agent_turn_seconds{kind}                 the total: every Turn
    agent_stage_seconds{kind,stage}          each stage on the critical path: only Turns with it
    agent_beside_seconds{kind,stage}         each stage beside the path: only Turns with it there
    agent_budget_breaches_total{stage}       Turns over a limit, by the dominant stage
    agent_<event>_total                      see `turn_report.EVENTS`
    agent_out_of_order_total                 Turns with marks that contradict each other
    agent_provider_errors_total{kind}        by provider
    agent_connections_total{kind}            leases of the TTS's pool, `opened` or `reused`
    agent_primary_tts_total{kind}            times that the primary TTS was `lost`, and `back`
    agent_degraded_total{stage}              calls that became slow, turn after turn
"""

from __future__ import annotations

from functools import cache, partial
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

from .marks import STAGES, Kind
from .turn_report import EVENTS, TurnReport

BUCKETS: Final = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.2, 1.5,
    2.0, 3.0, 5.0, 10.0,
)  # fmt: skip
"""Seconds. The totals of the budgets, 0.5, 0.8 and 1.2, are bounds, so their shares are exact."""

_HELP: Final = {
    "hedges": "Turns whose first Segment had a second Attempt.",
    "hedges_won": "Turns in which that Attempt was heard.",
    "cache_hits": "Turns whose first Segment came from the cache.",
    "retries": "Attempts after failed ones.",
    "fallback_tts": "Turns that the fallback TTS spoke or finished.",
    "fillers": "Turns that a filler began.",
    "interruptions": "Replies that the caller cut off.",
}
PROVIDERS: Final = ("sarvam", "deepgram", "openai", "cartesia")


class TurnMetrics:
    """The metrics of this process.

    Args:
        registry: Where they are registered; two TurnMetrics need two.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        histogram = partial(Histogram, buckets=BUCKETS, registry=registry)
        counter = partial(Counter, registry=registry)
        self._totals = histogram(
            "agent_turn_seconds",
            "From the caller's last sound, or the beginning, to the agent's first. Every turn "
            "counts.",
            ["kind"],
        )
        self._stages = histogram(
            "agent_stage_seconds",
            "Stages of the critical path. Only turns whose path passes through the stage count: "
            "one that always runs beside it has a count of 0.",
            ["kind", "stage"],
        )
        self._overlapped = histogram(
            "agent_beside_seconds",
            "Stages that ran beside the critical path and cost the caller nothing. Only turns in "
            "which the stage did so count.",
            ["kind", "stage"],
        )
        self._breaches = counter(
            "agent_budget_breaches", "Turns over a limit of the budget.", ["stage"]
        )
        self._errors = counter("agent_provider_errors", "Errors of providers.", ["kind"])
        self._connections = counter("agent_connections", "Leases of connections.", ["kind"])
        self._primary_tts = counter(
            "agent_primary_tts",
            "Times that the primary TTS was given up for the fallback TTS, and used again.",
            ["kind"],
        )
        self._slow_calls = counter(
            "agent_degraded", "Calls that became slow, turn after turn.", ["stage"]
        )
        self._events = {name: counter(f"agent_{name}", text) for name, text in _HELP.items()}
        self._out_of_order = counter(
            "agent_out_of_order", "Turns with marks that contradict each other."
        )
        self._begin_at_zero()

    def observe(self, report: TurnReport) -> None:
        """Count one Turn, greeting or interruption. It takes some 50 us."""
        kind = report.kind.value
        self._totals.labels(kind).observe(report.total_us / 1e6)
        for stage, us in report.timeline.by_stage.items():
            self._stages.labels(kind, stage).observe(us / 1e6)
        for stage, us in report.timeline.by_stage_overlapped.items():
            self._overlapped.labels(kind, stage).observe(us / 1e6)
        if report.budget and report.budget.breaches:
            self._breaches.labels(report.budget.dominant).inc()
        for name, count in EVENTS.items():
            self._events[name].inc(count(report))
        if report.timeline.clamped:
            self._out_of_order.inc()

    def provider_error(self, provider: str) -> None:
        """Count an error of a provider, by its name in lower case."""
        self._errors.labels(provider).inc()

    def lease(self, *, reused: bool) -> None:
        """Count a lease of a connection."""
        self._connections.labels("reused" if reused else "opened").inc()

    def primary_tts(self, *, available: bool) -> None:
        """Count that the primary TTS was given up, or works again."""
        self._primary_tts.labels("back" if available else "lost").inc()

    def slow_call(self, stage: str) -> None:
        """Count a call that became slow, by the stage to look at."""
        self._slow_calls.labels(stage).inc()

    def _begin_at_zero(self) -> None:
        for kind, stages in STAGES.items():
            self._totals.labels(kind.value)
            for stage in stages:
                self._stages.labels(kind.value, stage)
        for stage in STAGES[Kind.TURN]:
            self._breaches.labels(stage)
            self._slow_calls.labels(stage)
        for provider in PROVIDERS:
            self._errors.labels(provider)
        for how in ("opened", "reused"):
            self._connections.labels(how)
        for change in ("lost", "back"):
            self._primary_tts.labels(change)


@cache
def turn_metrics() -> TurnMetrics:
    """The TurnMetrics of this process; the first call makes them, after `scrape.reserve`."""
    return TurnMetrics()
