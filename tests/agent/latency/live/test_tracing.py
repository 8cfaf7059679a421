"""Reports as spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from livekit.agents import telemetry
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.latency.live import tracing
from agent.latency.timeline import Beside
from agent.latency.turn import TurnReport

MakeReport = Callable[..., TurnReport]


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Keeps the spans of LiveKit's tracer."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    before = telemetry.tracer._tracer_provider
    telemetry.tracer.set_provider(provider)
    yield kept
    telemetry.tracer.set_provider(before)


def test_a_report_is_a_span_under_livekit_s(
    exporter: InMemorySpanExporter, make_report: MakeReport
) -> None:
    """With an event for each Mark, and a span for each stage and for what ran beside."""
    report = make_report(heard="words", said="words")
    line = report.timeline
    lost = Beside(name="hedge", start_us=1_000, us=2_000, why="hedge")
    report = replace(report, timeline=replace(line, beside=(*line.beside, lost)))
    with telemetry.tracer.start_as_current_span("agent_turn") as outer:
        context = trace.set_span_in_context(outer)
    tracing.record(report, context)
    spans: dict[str, Any] = {span.name: span for span in exporter.get_finished_spans()}
    turn = spans["latency.turn"]
    assert turn.parent.span_id == outer.get_span_context().span_id
    assert turn.end_time - turn.start_time == report.total_us * 1000
    assert {event.name for event in turn.events} == set(report.timeline.marks)
    for stage in report.timeline.stages:
        span = spans[f"latency.{stage.name}"]
        assert span.parent.span_id == turn.context.span_id
        assert span.start_time == turn.start_time + stage.start_us * 1000
    assert spans["latency.hedge"].attributes["latency.beside"] == "hedge"
    assert "words" not in str([span.to_json() for span in spans.values()])


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, None),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, None),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "console"}, None),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, None),
        ({"OTEL_TRACES_EXPORTER": "console"}, "opentelemetry.sdk.trace.export"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, "opentelemetry.exporter.otlp.proto.http"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "opentelemetry.exporter.otlp.proto.grpc",
        ),
    ],
)
def test_the_standard_variables_choose_the_exporter(
    environ: dict[str, str], kind: str | None
) -> None:
    """Without one of them nothing is exported."""
    exporter = tracing._exporter(environ)
    assert (exporter is None) == (kind is None)
    if exporter is not None:
        assert type(exporter).__module__.startswith(str(kind))
        if not isinstance(exporter, ConsoleSpanExporter):
            exporter.shutdown()


def test_an_exporter_that_is_unknown_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """With what it may be."""
    assert tracing._exporter({"OTEL_TRACES_EXPORTER": "zipkin"}) is None
    assert "otlp, console or none" in caplog.text
