"""How a call is, in numbers that add up over calls."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from agent.latency.call_metrics import CallMetrics, Network


@pytest.fixture
def registry() -> CollectorRegistry:
    """An empty one."""
    return CollectorRegistry()


def counts(registry: CollectorRegistry, name: str) -> tuple[float | None, ...]:
    """A counter by direction: what came in, what went out."""
    return tuple(registry.get_sample_value(name, {"direction": d}) for d in ("in", "out"))


def test_packets_are_counted_once_whatever_webrtc_makes_of_its_counts(
    registry: CollectorRegistry,
) -> None:
    """Samples are totals of the call; a total that goes back adds nothing, and takes nothing."""
    metrics = CallMetrics(registry)
    assert counts(registry, "agent_packets_total") == (0, 0)
    for packets, lost in (
        ((500, 400), (5, 0)),
        ((1000, 900), (4, 2)),
        # A new connection.
        ((100, 0), (0, 0)),
        ((200, 50), (1, 0)),
    ):
        metrics.count_network(Network(packets=packets, lost=lost))
    assert counts(registry, "agent_packets_total") == (1100, 950)
    assert counts(registry, "agent_packets_lost_total") == (6, 2)


def test_a_round_trip_is_a_sample_of_its_own(registry: CollectorRegistry) -> None:
    """None before WebRTC has measured one."""
    metrics = CallMetrics(registry)
    for round_trip in (None, 0.02, 0.06):
        metrics.count_network(Network(round_trip=round_trip))
    name = "agent_network_round_trip_seconds"
    assert registry.get_sample_value(f"{name}_count") == 2
    assert registry.get_sample_value(f"{name}_sum") == pytest.approx(0.08)
    assert registry.get_sample_value(f"{name}_bucket", {"le": "0.025"}) == 1


def test_no_label_names_a_call(registry: CollectorRegistry) -> None:
    """A worker has thousands, and a caller's room may hold their number."""
    metrics = CallMetrics(registry)
    metrics.count_network(Network(round_trip=0.02, packets=(1, 1)))
    metrics.set_resources(sockets=2, memory=100)
    samples = [sample for family in registry.collect() for sample in family.samples]
    assert {label for sample in samples for label in sample.labels} == {"direction", "le"}
    assert registry.get_sample_value("agent_tts_sockets") == 2
    assert registry.get_sample_value("agent_jobs_memory_bytes") == 100
    assert registry.get_sample_value("agent_job_memory_max_bytes") == 100
