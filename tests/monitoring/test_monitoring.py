"""Dashboard, alerts and their compose profile fit the worker."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from livekit.agents.telemetry import metrics as livekit_metrics
from prometheus_client import CollectorRegistry, Gauge, Histogram

from agent.latency.call_metrics import DIRECTIONS, CallMetrics, refusals
from agent.latency.marks import STAGES, Kind
from agent.latency.timeline import Overlapped, Timeline
from agent.latency.turn_metrics import BUCKETS, TurnMetrics
from agent.latency.turn_report import TurnReport

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "monitoring"
DASHBOARD = json.loads((MONITORING / "grafana/dashboards/voice-agent.json").read_text("utf-8"))
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))

NAME = re.compile(r"\b(?:agent|lk)_\w+")
SELECTED = re.compile(r"\b((?:agent|lk)_\w+)(?:\{([^}]*)\})?")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
# A stage beside the path has no series before it occurs.
WITH_EVERYTHING = TurnReport(
    call="",
    turn=1,
    at=0.0,
    timeline=Timeline(
        kind=Kind.TURN,
        total_us=1,
        overlapped=(Overlapped(name="stt", start_us=0, us=1, why="overlapped"),),
    ),
)
FROM_PROMETHEUS = {"instance", "job", "le"}


def exported() -> dict[str, set[str]]:
    """Every sample that a worker exports, with its labels."""
    registry = CollectorRegistry()
    TurnMetrics(registry).observe(WITH_EVERYTHING)
    CallMetrics(registry)
    refusals(registry)
    found: dict[str, set[str]] = {}
    for family in registry.collect():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    for metric in vars(livekit_metrics).values():
        if isinstance(metric, Gauge | Histogram):
            found[metric._name] = set(metric._labelnames)
    return found


def expressions() -> list[str]:
    """All queries to Prometheus."""
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    asked += [
        each["definition"] for each in DASHBOARD["templating"]["list"] if "definition" in each
    ]
    return asked + [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_query_asks_for_exported_metrics(expression: str) -> None:
    """By their names, with existing labels and values."""
    known = exported()
    values = {
        "kind": {kind.value for kind in STAGES}
        | {"sarvam", "deepgram", "openai", "cartesia", "opened", "reused", "lost", "back"},
        "stage": {stage for stages in STAGES.values() for stage in stages},
        "direction": set(DIRECTIONS),
        "le": {str(float(bound)) for bound in BUCKETS},
    }
    for name, selector in SELECTED.findall(expression):
        assert name in known, name
        for label, value in LABEL.findall(selector):
            assert label in known[name] | FROM_PROMETHEUS, (name, label)
            assert label not in values or value in values[label], (label, value)
    assert expression.count("(") == expression.count(")")


def test_every_metric_of_the_worker_is_on_the_dashboard() -> None:
    """Or in an alert."""
    shown = {name for expression in expressions() for name in NAME.findall(expression)}
    ending = re.compile(r"_(bucket|count|sum|total|created)$")
    asked, families = ({ending.sub("", name) for name in names} for names in (shown, exported()))
    assert {name for name in families - asked if name.startswith("agent_")} == set()


def test_alerts_say_what_happened_and_where_to_look() -> None:
    """Each has a unique name, a severity, a summary and a description."""
    alerts = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert len({alert["alert"] for alert in alerts}) == len(alerts)
    for alert in alerts:
        assert alert["labels"]["severity"] in ("info", "warning", "critical")
        assert set(alert["annotations"]) == {"summary", "description"}


def test_the_dashboard_loads_without_editing() -> None:
    """Panels do not overlap, have unique ids, and use the provisioned data source."""
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridPos"]
        assert grid["x"] + grid["w"] <= 24
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert "__inputs" not in DASHBOARD


def test_the_compose_profile_has_all_that_it_mounts() -> None:
    """Prometheus scrapes the worker's port, Grafana finds Prometheus and the dashboard."""
    services: dict[str, Any] = COMPOSE["services"]
    monitoring = {name for name, each in services.items() if each.get("profiles") == ["monitoring"]}
    assert monitoring == {"prometheus", "grafana"}
    for name in monitoring:
        for volume in services[name]["volumes"]:
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), source
    scraped = yaml.safe_load((MONITORING / "prometheus.yml").read_text("utf-8"))
    assert scraped["scrape_configs"][0]["static_configs"][0]["targets"] == ["127.0.0.1:8081"]
    assert scraped["rule_files"] == ["alerts.yml"]
    provisioning = MONITORING / "grafana/provisioning"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text("utf-8"))
    assert source["datasources"][0]["url"] == "http://127.0.0.1:9090"
    boards = yaml.safe_load((provisioning / "dashboards/voice-agent.yml").read_text("utf-8"))
    mounted = {volume.split(":")[1] for volume in services["grafana"]["volumes"]}
    assert boards["providers"][0]["options"]["path"] in mounted
