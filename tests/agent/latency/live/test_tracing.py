"""Reports as spans."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from livekit.agents import telemetry
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.latency.live import tracing
from agent.latency.timeline import Overlapped
from agent.latency.turn_report import TurnReport

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
    lost = Overlapped(name="hedge", start_us=1_000, us=2_000, why="hedge")
    report = replace(report, timeline=replace(line, overlapped=(*line.overlapped, lost)))
    with telemetry.tracer.start_as_current_span("agent_turn") as outer:
        context = trace.set_span_in_context(outer)
    tracing.record(report, context)
    spans: dict[str, Any] = {span.name: span for span in exporter.get_finished_spans()}
    turn = spans["latency.turn"]
    assert turn.parent.span_id == outer.get_span_context().span_id
    assert turn.end_time - turn.start_time == report.total_us * 1000
    assert {event.name for event in turn.events} == set(report.timeline.marks)
    for stage in report.timeline.stages:
        span = spans[f"latency.turn.{stage.name}"]
        assert span.parent.span_id == turn.context.span_id
        assert span.start_time == turn.start_time + stage.start_us * 1000
    assert spans["latency.turn.hedge"].attributes["latency.beside"] == "hedge"
    assert "words" not in str([span.to_json() for span in spans.values()])


@dataclass
class Collecting:
    """A collector on loopback, and what it was sent."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    spans: dict[str, Any] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        """What an exporter posts."""
        self.asked.append(request.path)
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            attributes = {a.key: a.value.string_value for a in resource.resource.attributes}
            self.services.add(attributes["service.name"])
            for scope in resource.scope_spans:
                self.spans |= {span.name: span for span in scope.spans}
        return web.Response()


@pytest.fixture
async def collecting(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collecting]:
    """An OTLP collector; afterwards this process exports nothing any more."""
    found = Collecting()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.address = "http://{}:{}".format(*runner.addresses[0])
    monkeypatch.setattr(tracing, "_providers", [])
    before = telemetry.tracer._tracer_provider
    yield found
    for provider in tracing._providers:
        provider.shutdown()
    telemetry.tracer.set_provider(before)
    await runner.cleanup()


async def test_marks_reach_a_collector_by_the_standard_variables(
    collecting: Collecting, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, under LiveKit's span of the turn, with an event for each Mark."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collecting.address)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "clinic")
    tracing.start()
    report = make_report(heard="words of a caller")
    with telemetry.tracer.start_as_current_span("agent_turn") as outer:
        context = trace.set_span_in_context(outer)
    tracing.record(report, context)
    await tracing.flush()
    assert set(collecting.asked) == {"/v1/traces"}
    assert collecting.services == {"clinic"}
    spans = collecting.spans
    turn = spans["latency.turn"]
    assert turn.parent_span_id == spans["agent_turn"].span_id
    assert turn.trace_id == spans["agent_turn"].trace_id
    assert [event.name for event in turn.events] == [m.value for m in report.timeline.marks]
    stages = [spans[f"latency.turn.{stage.name}"] for stage in report.timeline.stages]
    assert {stage.parent_span_id for stage in stages} == {turn.span_id}
    whole = turn.end_time_unix_nano - turn.start_time_unix_nano
    assert sum(s.end_time_unix_nano - s.start_time_unix_nano for s in stages) == whole
    assert "words of a caller" not in str(spans)


async def test_without_the_variables_nothing_is_exported(
    collecting: Collecting, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No exporter is made, whatever is reported."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("OTEL_TRACES_EXPORTER", raising=False)
    tracing.start()
    tracing.record(make_report(), None)
    await tracing.flush()
    assert tracing._providers == []
    assert collecting.asked == []


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, None),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, None),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "console"}, None),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, None),
        ({"OTEL_TRACES_EXPORTER": ""}, None),
        ({"OTEL_TRACES_EXPORTER": "console"}, "opentelemetry.sdk.trace.export"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, "opentelemetry.exporter.otlp.proto.http"),
        (
            {"OTEL_TRACES_EXPORTER": " ", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"},
            "opentelemetry.exporter.otlp.proto.http",
        ),
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


def test_a_process_makes_one_exporter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a thread and a connection, and only the first would be used."""
    monkeypatch.setattr(tracing, "_providers", [TracerProvider(shutdown_on_exit=False)])
    made: list[object] = []
    monkeypatch.setattr(tracing, "_exporter", made.append)
    tracing.start({"OTEL_TRACES_EXPORTER": "console"})
    assert made == []


def test_an_exporter_that_is_unknown_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """With what it may be."""
    assert tracing._exporter({"OTEL_TRACES_EXPORTER": "zipkin"}) is None
    assert "otlp, console or none" in caplog.text
