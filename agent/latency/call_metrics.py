"""The network, connections and memory of calls, for Prometheus.

Sampled every few seconds (see `live.sampler`), not per Turn. No label names a call.

    agent_network_round_trip_seconds     worker to LiveKit's server and back
    agent_packets_total{direction}       audio packets: `in` from the caller, `out` from the agent
    agent_packets_lost_total{direction}  audio packets that did not arrive
    agent_tts_sockets                    open connections to the primary TTS, of all calls
    agent_jobs_memory_bytes              of all processes with a call
    agent_job_memory_max_bytes           of the largest of them
    agent_refused_calls_total            calls that the worker refused because it was too busy
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

ROUND_TRIPS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0,
)  # fmt: skip
"""Seconds."""
DIRECTIONS: Final = ("in", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What WebRTC has counted in a call so far.

    Attributes:
        round_trip: Seconds, of the last measurement; None before the first.
        packets: Packets that were to arrive, by direction.
        lost: Those of them that did not.
    """

    round_trip: float | None = None
    packets: tuple[int, int] = (0, 0)
    lost: tuple[int, int] = (0, 0)


class CallMetrics:
    """The metrics of this process, which has one call.

    Args:
        registry: Where they are registered. A registry can hold only one set of them.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._round_trip = Histogram(
            "agent_network_round_trip_seconds",
            "Round trip from the worker to LiveKit's server; each call is sampled every 10 s.",
            buckets=ROUND_TRIPS,
            registry=registry,
        )
        counter = partial(Counter, labelnames=["direction"], registry=registry)
        self._packets = counter(
            "agent_packets",
            "Audio packets between the worker and LiveKit's server, lost ones included.",
        )
        self._lost = counter("agent_packets_lost", "Audio packets that did not arrive.")
        total = partial(Gauge, multiprocess_mode="livesum", registry=registry)
        self._sockets = total(
            "agent_tts_sockets", "Open connections to the primary TTS of all calls, idle or in use."
        )
        self._memory = total(
            "agent_jobs_memory_bytes",
            "Memory of all processes that have a call; what they share is counted once (PSS).",
        )
        self._largest = Gauge(
            "agent_job_memory_max_bytes",
            "Memory of the largest process that has a call.",
            multiprocess_mode="livemax",
            registry=registry,
        )
        self._before = Network()
        for direction in DIRECTIONS:
            self._packets.labels(direction)
            self._lost.labels(direction)

    def count_network(self, now: Network) -> None:
        """Count what is new since the last sample. WebRTC's counts may go back: a duplicate makes
        up for a loss, and a new connection begins at 0."""
        if now.round_trip is not None:
            self._round_trip.observe(now.round_trip)
        before, self._before = self._before, now
        for n, direction in enumerate(DIRECTIONS):
            self._packets.labels(direction).inc(max(0, now.packets[n] - before.packets[n]))
            self._lost.labels(direction).inc(max(0, now.lost[n] - before.lost[n]))

    def set_resources(self, *, sockets: int, memory: int) -> None:
        """Set the process's open connections to the primary TTS, and its memory in bytes."""
        self._sockets.set(sockets)
        self._memory.set(memory)
        self._largest.set(memory)


@cache
def call_metrics() -> CallMetrics:
    """The CallMetrics of this process; the first call makes them, after `scrape.reserve`."""
    return CallMetrics()


@cache
def refusals(registry: CollectorRegistry = REGISTRY) -> Counter:
    """Counts the calls that the worker refused. Made only in the worker's own process: job
    processes import this module too, and in `/metrics` theirs would replace the worker's."""
    return Counter(
        "agent_refused_calls",
        "Calls that the worker refused, as the machine was too busy.",
        registry=registry,
    )
